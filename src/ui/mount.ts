import type { Tree } from './tree.js';

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS: readonly string[] = ['svg', 'path', 'rect', 'line', 'text'];

/** The tree as nodes of the page. Strings become text nodes, so that nothing in them is ever read as markup. */
export function mount(tree: Tree): Node {
  if (typeof tree === 'string') return document.createTextNode(tree);
  const { tag, attributes, children } = tree;
  const element = SVG_TAGS.includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(mount));
  return element;
}
