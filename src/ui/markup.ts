import type { Tree } from './tree.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Shown the same, and no text makes a line of the page's source.
  '\n': '&#10;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"'\n]/g, (character) => ENTITIES[character] ?? '');
}

/** The tree as HTML text: what mount.ts builds, for a page that has no script. */
export function markup(tree: Tree): string {
  if (typeof tree === 'string') return escaped(tree);
  const { tag, attributes, children } = tree;
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<${tag}${given.join('')}>${children.map(markup).join('')}</${tag}>`;
}
