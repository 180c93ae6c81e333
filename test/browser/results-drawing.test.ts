import { describe, expect, it } from 'vitest';
import { textOf } from '../helpers/fake-host.js';
import { answered, assessed, count, useBrowser } from './support.js';

const MAX_HEIGHT = 500;

const { open } = useBrowser();

describe.each([
  [720, 'light'],
  [720, 'dark'],
  [380, 'light'],
  [380, 'dark'],
] as const)('at %i px in the %s theme', (width, theme) => {
  it.each([1, 4, 6, 8, 14])('experiment %i is drawn within the height, without requests or errors', async (id) => {
    const answer = await assessed(id);
    const host = await open(answer, { width, theme });
    const { frame } = host;
    await host.hears('its size', ({ method }) => method === 'ui/notifications/size-changed');
    const sizes = (await host.heard()).filter(({ method }) => method === 'ui/notifications/size-changed');
    for (const { params } of sizes) expect(Reflect.get(Object(params), 'height')).toBeLessThanOrEqual(MAX_HEIGHT);
    expect(await frame.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await frame.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(theme);
    expect(await frame.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgba(0, 0, 0, 0)');
    const text = await textOf(frame);
    expect(text).toContain(answer.name);
    expect(text).toContain(answer.summary);
    expect({ requests: host.requests, complaints: host.complaints }).toEqual({ requests: [], complaints: [] });
  });
});

describe('what is drawn', () => {
  it('is an interval for each variant against zero, with a shape, a colour and a word for what it means', async () => {
    const { frame } = await open(await assessed(8));
    expect(await count(frame, '.metric')).toBe(3);
    expect(await count(frame, '.plot[role=img]')).toBe(3);
    expect(await count(frame, '.plot .zero')).toBe(3);
    const shapes = await frame.locator('.plot .mark').evaluateAll((all) => all.map((one) => one.getAttribute('d')));
    expect(new Set(shapes).size).toBe(2);
    const labels = await frame.locator('.plot[role=img]').evaluateAll((all) => all.map((one) => one.ariaLabel));
    expect(labels).toEqual([
      'test: +21%, +12% to +31%, better',
      'test: -4.7%, -7.2% to -2.1%, worse',
      'test: +25%, +12% to +39%, worse',
    ]);
    const [better, worse] = await Promise.all(
      ['.better', '.worse'].map((meaning) => frame.locator(`.plot .mark${meaning}`).first().boundingBox()),
    );
    const [low, high] = await Promise.all([0, 1].map((index) => frame.locator('.plot .zero').nth(index).boundingBox()));
    expect(better?.x).toBeGreaterThan(low?.x ?? Number.NaN);
    expect(worse?.x).toBeLessThan(high?.x ?? Number.NaN);
  });

  it('has the better side tinted: right of zero where higher is better, left where lower is', async () => {
    const { frame } = await open(await assessed(8));
    const sides = await frame
      .locator('.plot .good')
      .evaluateAll((all) => all.map((one) => (one.getAttribute('x') === '0%' ? 'left' : 'right')));
    expect(sides).toEqual(['right', 'right', 'left']);
  });

  it('has exposures against the split and the plan, findings, and how fresh it is', async () => {
    const { frame } = await open(await assessed(6));
    const text = await textOf(frame);
    expect(text).toContain('1,215 people exposed');
    expect(text).toContain('1,215 of 7,200');
    expect(text).toMatch(/the plan is reached on \d{4}-\d\d-\d\d UTC/);
    expect(text).toMatch(/calculated \d{4}-\d\d-\d\d \d\d:\d\d UTC, 1 hour old/);
    expect(text).toContain('warning: It has run');
    expect(await count(frame, '.exposures .bar .target')).toBe(2);
    expect(await count(frame, '.plan .bar')).toBe(2);
  });

  it('has the people over time as a line that rises to what was reached, below the line of the plan', async () => {
    const answer = await assessed(6);
    const { course } = Object(answer.plan);
    expect(course.length).toBeGreaterThan(1);
    const { frame } = await open(answer);
    const label = await frame.locator('.course').getAttribute('aria-label');
    expect(label).toMatch(/^People over time: .*1,215; planned 7,200$/);
    const lines = await frame
      .locator('.course line.unclear')
      .evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
      );
    expect(lines).toHaveLength(course.length - 1);
    for (const [at, next] of lines.slice(1).entries()) {
      expect(next.left).toBeCloseTo(lines[at]?.right ?? Number.NaN, 0);
      expect(next.bottom).toBeLessThanOrEqual((lines[at]?.bottom ?? 0) + 0.5);
    }
    const plan = await frame.locator('.course .target').boundingBox();
    expect(plan?.y).toBeLessThan(lines.at(-1)?.top ?? 0);
  });

  it('has a warning where the sample ratio is off, also in plain results', async () => {
    const { frame } = await open(await answered('experiment-results', { id: 5 }));
    expect(await textOf(frame)).toMatch(/sample ratio mismatch \(p < 0\.0001\)/);
    expect(await count(frame, '.exposures .mark.blocker')).toBe(1);
  });

  it('is, for a review, every experiment that needs a hand, the worst first', async () => {
    const review = await answered('experiment-review', {});
    const host = await open(review, { width: 380, theme: 'dark' });
    expect(await textOf(host.frame)).toMatch(/^\d+ of \d+ experiments need a hand/);
    expect(await count(host.frame, 'li')).toBe(Reflect.get(Object(review.items), 'length'));
    expect(await host.frame.locator('li').first().textContent()).toContain('Pricing page layout');
    expect({ requests: host.requests, complaints: host.complaints }).toEqual({ requests: [], complaints: [] });
  });

  it('is a sentence for an error and for what cannot be drawn', async () => {
    const failed = await open({ error: { code: 'not_found', message: 'Gone.', next: 'Look again.' } });
    expect(await textOf(failed.frame)).toBe('Gone. Look again.');
    const odd = await open({ name: 'A', metrics: 'none' });
    expect(await textOf(odd.frame)).toMatch(/could not be drawn; its text has everything/);
    expect(odd.complaints).toEqual([]);
  });
});
