import { describe, expect, it } from 'vitest';
import { markup } from '../../src/ui/markup.js';
import { experimentReport, reportPage } from '../../src/ui/report.js';
import { link } from '../../src/ui/tree.js';
import { viewOf } from '../../src/ui/view.js';

const HOSTILE = `</script></style><img src=x onerror=alert(1)>"'&<i>`;
const OPTIONS = { links: true, openTable: false };
const html = (data: unknown) => viewOf(data, OPTIONS).map(markup).join('');

const ITEM = {
  name: 'A',
  status: 'running',
  severity: 'warning',
  findings: [{ severity: 'warning', title: 'Overdue.' }],
};

const metric = {
  uuid: 'u',
  name: HOSTILE,
  role: 'primary',
  metric_type: 'funnel',
  goal: 'decrease',
  value_is: 'conversion rate',
  baseline: 'control',
  variants: [
    { key: 'control', samples: 100, value: 0.2 },
    { key: HOSTILE, samples: 100, value: 0.1, effect_percent: -50, interval_percent: [-60, -40], verdict: 'better' },
    { key: 'few', samples: 3, verdict: 'cannot tell', invalid: ['fewer than 50 users exposed'] },
  ],
};

describe('the view of an answer', () => {
  it('is told by the shape of the data', () => {
    expect(html({ name: 'A', metrics: [metric] })).toContain('higher is better'.replace('higher', 'lower'));
    expect(html({ name: 'A', recommendation: 'ship', variant_key: 'b', summary: 'S' })).toContain('Ship b');
    expect(html({ items: [], total: 0, reviewed: { running: 3 } })).toContain('None of 3 experiments needs a hand');
    expect(html({ error: { code: 'not_found', message: 'Gone.', next: 'Look.' } })).toMatch(/Gone\..*Look\./);
  });

  it('links every experiment of a review where links can be followed', () => {
    const [items, item_url] = [
      [7, 12].map((id) => ({ ...ITEM, id })),
      'https://us.posthog.com/project/1/experiments/{id}',
    ];
    const review = { items, item_url, total: 2, reviewed: { running: 2 } };
    for (const { id } of items)
      expect(html(review)).toContain(
        `<a href="https://us.posthog.com/project/1/experiments/${id}" rel="noreferrer" target="_blank">open ${id} in PostHog</a>`,
      );
    expect(
      viewOf(review, { ...OPTIONS, links: false })
        .map(markup)
        .join(''),
    ).not.toContain('<a ');
    expect(html({ ...review, item_url: 'javascript:alert({id})' })).not.toContain('<a ');
  });

  it.each([null, undefined, 7, 'text', [], {}, { items: 3 }, { name: 4 }])(
    'of %j says that nothing can be drawn',
    (data) => {
      expect(html(data)).toContain('nothing that could be drawn');
    },
  );

  it('tints the better side, which lies left of zero where lower is better', () => {
    expect(html({ name: 'A', metrics: [metric] })).toMatch(/<rect class="good" x="0%" width="96%"/);
    expect(html({ name: 'A', metrics: [{ ...metric, goal: 'increase' }] })).toMatch(/x="96%" width="4%"/);
  });

  it('draws a variant without statistics as words', () => {
    expect(html({ name: 'A', metrics: [metric] })).toContain('cannot tell · fewer than 50 users exposed');
  });

  it('says that an answer was cut, and shows what there is', () => {
    expect(html({ name: 'A', truncated: true })).toContain('was cut');
  });

  it('names what could not be read', () => {
    expect(html({ name: 'A', missing: ['exposures: no scope'] })).toContain('could not be read: exposures: no scope');
  });
});

describe('text that people typed', () => {
  it('risk 37: never becomes markup', () => {
    const page = html({ name: HOSTILE, status: HOSTILE, url: `https://x/${HOSTILE}`, metrics: [metric] });
    expect(page).not.toMatch(/<img|<i>|<\/script|<\/style/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page.match(/<[a-z]+ [^>]*onerror=(?!alert\(1\)&gt;)/)).toBeNull();
  });

  it('is followed as an address only where it is one of the web', () => {
    expect(link('https://us.posthog.com/project/1/experiments/4', 'x')).toMatchObject({ tag: 'a' });
    expect(link('http://127.0.0.1:8000/project/1', 'x')).toMatchObject({ tag: 'a' });
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil',
      'https://a@evil/',
      ' https://a/',
      'https:evil',
    ])
      expect(link(url, 'x'), url).toBeNull();
  });
});

describe('a report', () => {
  const made = new Date('2026-06-01T12:00:00Z');
  const options = { title: HOSTILE, style: 'b{}', styleHash: 'sha256-x', made, version: '1.2.3' };

  it('is one page with nothing to run and nothing to fetch', () => {
    const experiment = { name: 'A', feature_flag_key: HOSTILE, description: HOSTILE, conclusion: 'won' };
    const page = reportPage(
      experimentReport(experiment, { name: 'A', summary: HOSTILE, recommendation: 'ship' }),
      options,
    );
    expect(page).not.toMatch(/<script|<img|<link|@import|url\(|<i>/);
    expect(page).toContain('default-src &#39;none&#39;; style-src &#39;sha256-x&#39;');
    expect(page).toContain('Made by posthog-experiments-mcp 1.2.3 on 2026-06-01 12:00 UTC');
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });
});
