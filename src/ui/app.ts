/** What runs in the page that an MCP client shows: hears the host, draws what it passes, says how high the drawing is. */
import { connect } from './host.js';
import { mount } from './mount.js';
import { h, type Tree } from './tree.js';
import { viewOf } from './view.js';

/** Beyond it the page scrolls inside. CSS pixels. */
const MAX_INLINE_HEIGHT = 500;
/** Names that hosts theme by; their values may not fetch anything. */
const THEME_VARIABLE = /^--(color|font|border)-[\w-]+$/;

const root = document.documentElement;
const page = document.createElement('main');
page.tabIndex = 0;
page.setAttribute('aria-label', 'Experiment results');
document.body.append(page);

let links = false;

function show(...trees: Tree[]): void {
  page.replaceChildren(...trees.map(mount));
}

function drawn(data: unknown): void {
  try {
    show(...viewOf(data, { links, openTable: false }));
  } catch {
    show(h('p', { class: 'muted' }, 'This answer could not be drawn; its text has everything.'));
  }
}

function styled({ theme, styles, displayMode, containerDimensions }: Readonly<Record<string, unknown>>): void {
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  if (typeof displayMode === 'string') root.dataset.mode = displayMode;
  for (const [name, value] of Object.entries(Object(Object(styles).variables))) {
    if (THEME_VARIABLE.test(name) && typeof value === 'string' && !/url|image/i.test(value)) {
      root.style.setProperty(name, value);
    }
  }
  const { maxHeight } = Object(containerDimensions);
  const limit = typeof maxHeight === 'number' ? Math.min(maxHeight, MAX_INLINE_HEIGHT) : MAX_INLINE_HEIGHT;
  if (containerDimensions !== undefined) root.style.setProperty('--max-height', `${limit}px`);
}

show(h('p', { class: 'muted' }, 'Waiting for the results…'));
const host = connect({
  onContext: (context, capabilities) => {
    if (capabilities) links = 'openLinks' in capabilities;
    styled(context);
  },
  onResult: ({ structuredContent }) => drawn(structuredContent),
  onCancelled: () => show(h('p', { class: 'muted' }, 'The call was cancelled.')),
  onEnd: () => observer.disconnect(),
});

page.addEventListener('click', (event) => {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor) return;
  event.preventDefault();
  host.open(anchor.href);
});

const observer = new ResizeObserver(() =>
  host.resized(window.innerWidth, Math.ceil(page.getBoundingClientRect().height)),
);
observer.observe(page);
