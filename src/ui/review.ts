import type { ReviewAnswer, ReviewItem, Severity } from './answer.js';
import { icon } from './marks.js';
import { count, words } from './numbers.js';
import { type Branch, h, link, type Tree, typed } from './tree.js';

const SEVERITIES: readonly Severity[] = ['blocker', 'warning', 'info'];
const NAMES: Readonly<Record<Severity, string>> = {
  blocker: 'act now',
  warning: 'look at soon',
  info: 'for information',
};

/** The programme at a glance, then every experiment that needs a hand, the worst first. */
export function reviewTree(answer: ReviewAnswer, { links }: { links: boolean }): Tree[] {
  const { items, total, reviewed, next_offset, item_url, note, missing } = answer;
  const addressOf = ({ id }: ReviewItem) => (links ? item_url?.replace('{id}', String(id)) : undefined);
  const all = Object.values(reviewed).reduce((sum, number) => sum + number, 0);
  const states = Object.entries(reviewed).map(([status, number]) => `${count(number)} ${words(status)}`);
  const left = next_offset == null ? null : `${count(items.length)} of ${count(total)} are shown`;
  const lines = [left, note, ...(missing ?? []).map((line) => `not read: ${line}`)];
  const parts: (Tree | null)[] = [
    h('header', {}, h('h1', {}, headline(total, all)), h('p', { class: 'muted' }, states.join(' · '))),
    counts(items),
    h(
      'ul',
      { class: 'findings' },
      items.map((item) => itemTree(item, addressOf(item))),
    ),
    ...lines.map((line) => (line ? h('p', { class: 'muted' }, line) : null)),
  ];
  return parts.filter((part) => part !== null);
}

function headline(total: number, all: number): string {
  if (total === 0) return `None of ${count(all)} experiments needs a hand`;
  return `${count(total)} of ${count(all)} experiments ${total === 1 ? 'needs' : 'need'} a hand`;
}

/** How many of each severity, as parts of one bar: a legend of shapes and words above, the same order below. */
function counts(items: readonly ReviewItem[]): Branch | null {
  if (items.length === 0) return null;
  const parts = SEVERITIES.map((severity) => ({
    severity,
    number: items.filter((item) => item.severity === severity).length,
  })).filter(({ number }) => number > 0);
  const label = parts.map(({ severity, number }) => `${number} ${NAMES[severity]}`).join(', ');
  let from = 0;
  const rects = parts.map(({ severity, number }) => {
    const width = (number / items.length) * 100;
    from += width;
    return h('rect', { class: severity, x: `${from - width}%`, width: `${width}%`, y: 0, height: 10 });
  });
  return h(
    'section',
    { class: 'counts' },
    h('p', {}, ...parts.map(({ severity, number }) => h('span', {}, icon(severity), ` ${number} ${NAMES[severity]}`))),
    h('svg', { class: 'stack', role: 'img', 'aria-label': label, height: 10, width: '100%' }, ...rects),
  );
}

function itemTree({ id, name, status, severity, findings, next }: ReviewItem, address: string | undefined): Branch {
  const anchor = address === undefined ? null : link(address, `open ${id} in PostHog`);
  return h(
    'li',
    {},
    icon(severity),
    h(
      'div',
      {},
      h('b', {}, typed(name)),
      h('span', { class: 'muted' }, ` · ${id} · ${words(status)}`, ...(anchor ? [' · ', anchor] : [])),
      ...findings.map(({ severity: own, title }) => h('div', {}, own === severity ? '' : `${own}: `, title)),
      next ? h('div', { class: 'muted' }, 'next: ', h('code', {}, next.tool)) : null,
    ),
  );
}
