/**
 * A piece of a page as plain data. It becomes DOM nodes in a browser (mount.ts) and HTML text in a report (markup.ts); in both
 * a string is text and nothing else, whatever it holds.
 */
export type Tree = string | Branch;

export interface Branch {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly Tree[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;
/** What is not there (`null`) is left out, so that parts can be optional in place. */
type Child = Tree | null | readonly (Tree | null)[];

export function h(tag: string, attributes: Attributes, ...children: readonly Child[]): Branch {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    tag,
    attributes: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    children: children.flat().filter((child) => child !== null),
  };
}

/** Text that people typed: set apart, so that right-to-left scripts do not reorder what stands beside it. */
export function typed(text: string): Branch {
  return h('bdi', {}, text);
}

/** A link; null where the address is none that may be followed. */
export function link(url: string, text: string): Branch | null {
  const followed = /^https?:\/\/[\w.-]+(:\d+)?\//.test(url);
  return followed ? h('a', { href: url, rel: 'noreferrer', target: '_blank' }, text) : null;
}
