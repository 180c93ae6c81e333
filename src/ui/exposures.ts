import type { PlanProgress } from '../schema/assessment.js';
import type { ExposureReading } from '../schema/results.js';
import { icon } from './marks.js';
import { count, plain, pValue } from './numbers.js';
import { type Branch, h, type Tree, typed } from './tree.js';

const BAR_HEIGHT = 18;

interface Bar {
  name: Tree;
  /** What the picture says, read out. */
  label: string;
  /** 0 to 1 of the width. */
  filled: number;
  /** Where it should be; 0 to 1 of the width. */
  target?: number | undefined;
  text: string;
}

function bar({ name, label, filled, target, text }: Bar): Branch {
  const percent = (fraction: number) => `${Math.round(Math.min(1, Math.max(0, fraction)) * 10_000) / 100}%`;
  return h(
    'div',
    { class: 'row' },
    h('div', { class: 'name' }, name),
    h(
      'svg',
      { class: 'bar', role: 'img', 'aria-label': label, height: BAR_HEIGHT, width: '100%' },
      h('rect', { class: 'track', x: 0, y: 4, width: '100%', height: 10 }),
      h('rect', { class: 'fill', x: 0, y: 4, width: percent(filled), height: 10 }),
      target === undefined
        ? null
        : h('line', { class: 'target', x1: percent(target), x2: percent(target), y1: 0, y2: BAR_HEIGHT }),
    ),
    h('div', { class: 'numbers' }, text),
  );
}

/** Exposures by variant, each against its part of the split. */
export function exposuresSection(exposures: ExposureReading): Branch {
  const { total, variants, not_compared, seen_in_several, srm_p_value, sample_ratio_mismatch, srm_untested } =
    exposures;
  const most = Math.max(1, ...variants.flatMap((one) => [one.share_percent, one.configured_percent ?? 0]));
  const split = srm_p_value === undefined ? null : `(${pValue(srm_p_value)})`;
  return h(
    'section',
    { class: 'exposures' },
    h('h2', {}, `${count(total)} people exposed`),
    variants.map(({ key, exposed, share_percent, configured_percent: wanted }) => {
      const text = `${count(exposed)} · ${share_percent.toFixed(1)}%${wanted === undefined ? '' : ` of ${plain(wanted)}%`}`;
      const target = wanted === undefined ? undefined : wanted / most;
      return bar({ name: typed(key), label: `${key}: ${text}`, filled: share_percent / most, target, text });
    }),
    split === null
      ? null
      : sample_ratio_mismatch
        ? h('p', {}, icon('blocker'), ` Not the configured split: sample ratio mismatch ${split}`)
        : h('p', { class: 'muted' }, `As the split was configured ${split}`),
    srm_untested === undefined ? null : h('p', { class: 'muted' }, `Split not tested: ${srm_untested}`),
    (not_compared ?? []).map(({ key, exposed }) =>
      h('p', { class: 'muted' }, `${count(exposed)} of `, typed(key), ' are not compared'),
    ),
    seen_in_several === undefined
      ? null
      : h('p', { class: 'muted' }, `${count(seen_in_several)} more were seen in several variants and do not count`),
  );
}

/** People and days against the plan; null where nothing was planned. */
export function planSection(plan: PlanProgress): Branch | null {
  const {
    sample_size,
    exposed,
    effect_percent,
    days,
    days_run,
    exposed_per_day,
    reached_on,
    detectable_percent,
    course,
  } = plan;
  const people =
    sample_size === undefined || exposed === undefined
      ? null
      : towards('People', exposed, { goal: sample_size, text: count });
  const time =
    days === undefined
      ? null
      : towards('Days', days_run, { goal: days, text: (value) => plain(Math.round(value * 10) / 10) });
  const rate = exposed_per_day === undefined ? null : `${count(exposed_per_day)} people a day`;
  const when = reached_on === undefined ? null : `at that rate the plan is reached on ${reached_on}`;
  const seen = detectable_percent === undefined ? null : `detects ±${rough(detectable_percent)}% so far`;
  const meant = effect_percent === undefined ? null : `planned for ±${plain(effect_percent)}%`;
  const lines = [
    [rate, when],
    [seen, meant],
  ].map((parts) => parts.filter((part) => part !== null).join('; '));
  const shown = lines.filter(Boolean).map((line) => h('p', { class: 'muted' }, line));
  if (people === null && time === null && shown.length === 0) return null;
  return h(
    'section',
    { class: 'plan' },
    h('h2', {}, people === null && time === null ? 'No sample was planned' : 'Against the plan'),
    people,
    time,
    course && sample_size ? courseChart(course, sample_size) : null,
    shown,
  );
}

const CHART_HEIGHT = 48;
/** Room for half of a line's width at both edges. */
const EDGE = 2;

/** People over time as a line, on the way to the line of the plan. */
function courseChart(course: readonly number[], goal: number): Branch {
  const most = Math.max(goal, ...course);
  const height = (people: number) =>
    Math.round((CHART_HEIGHT - EDGE - (people / most) * (CHART_HEIGHT - 2 * EDGE)) * 10) / 10;
  const across = (point: number) => `${Math.round((point / (course.length - 1)) * 10_000) / 100}%`;
  const label = `People over time: ${course.map(count).join(', ')}; planned ${count(goal)}`;
  return h(
    'div',
    { class: 'row' },
    h('div', { class: 'name' }, 'Over time'),
    h(
      'svg',
      { class: 'course', role: 'img', 'aria-label': label, height: CHART_HEIGHT, width: '100%' },
      h('line', { class: 'target zero', x1: 0, x2: '100%', y1: height(goal), y2: height(goal) }),
      course.slice(1).map((people, at) =>
        h('line', {
          class: 'unclear',
          x1: across(at),
          x2: across(at + 1),
          y1: height(course[at] ?? 0),
          y2: height(people),
        }),
      ),
    ),
    h('div', { class: 'numbers muted' }, `dashed: ${count(goal)} planned`),
  );
}

/** Two digits: a forecast knows no more. */
function rough(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function towards(name: string, value: number, { goal, text }: { goal: number; text(value: number): string }): Branch {
  const most = Math.max(value, goal, 1e-9);
  const said = `${text(value)} of ${text(goal)}`;
  return bar({ name, label: `${name}: ${said}`, filled: value / most, target: goal / most, text: said });
}
