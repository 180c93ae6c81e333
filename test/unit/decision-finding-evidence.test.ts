import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { compared, DAY, facts, guardrail, metric } from './decision-facts.js';
import { type Change, harmed, measured, oneSided, purchases, started, three } from './decision-shapes.js';

/** What a finding is shown on, and what falls just short of it. */
const TABLE: readonly (readonly [code: string, why: string, triggers: Change, short: Change])[] = [
  [
    'early_significance',
    'too few days',
    { ...started(3 * DAY) },
    { ...started(3 * DAY), ...measured(metric('P', [compared('test', 0.01, 0.9, 0.2)])) },
  ],
  [
    'early_significance',
    'two variants',
    {
      ...three,
      ...started(3 * DAY),
      ...measured(metric('P', [compared('blue', 0.2, 0.001), compared('green', -0.2, 0.0012345)])),
    },
    three,
  ],
  [
    'interval_includes_zero',
    'a one-sided call',
    measured(metric('P', [oneSided(-0.01, 0.21)])),
    measured(metric('P', [oneSided(0.01, 0.21)])),
  ],
  [
    'interval_includes_zero',
    'zero at its lower end',
    measured(metric('P', [oneSided(0, 0.2)])),
    measured(metric('P', [oneSided(-0.2, -0.01)])),
  ],
  [
    'interval_includes_zero',
    'zero at its upper end',
    measured(metric('P', [oneSided(-0.2, 0)]), metric('Q', [oneSided(-0.1, 0.2)])),
    measured(metric('P', [{ ...oneSided(-0.2, 0), significant: false }])),
  ],
  [
    'interval_includes_zero',
    'zero beside others',
    measured(metric('P', [oneSided(-0.2, 0.1)]), guardrail('G', [oneSided(-0.2, 0.1)])),
    measured(purchases, guardrail('G', [oneSided(-0.2, 0.1)])),
  ],
  [
    'not_significant_after_correction',
    'one of two',
    measured(metric('A', [compared('test', 0.1, 0.0412345)]), metric('B', [compared('test', 0, 0.9, 0.02)])),
    measured(metric('A', [compared('test', 0.1, 0.024)]), metric('B', [compared('test', 0, 0.9, 0.02)])),
  ],
  [
    'not_significant_after_correction',
    'two of three',
    measured(
      ...['A', 'B'].map((name) => metric(name, [compared('test', 0.1, 0.04)])),
      metric('C', [compared('test', 0, 0.9, 0.02)]),
    ),
    measured(metric('A', [compared('test', 0.1, 0.05)]), metric('C', [compared('test', 0, 0.9, 0.02)])),
  ],
  [
    'guardrail_regression',
    'a harm',
    measured(purchases, guardrail('G', [harmed])),
    measured(purchases, guardrail('G', [compared('test', 0.2, 0.0001)])),
  ],
  [
    'guardrail_regression',
    'a harm that may be',
    measured(purchases, guardrail('G', [compared('test', 0, 0.9, 0.2)])),
    measured(purchases, metric('G', [compared('test', 0, 0.9, 0.2)])),
  ],
  [
    'guardrail_regression',
    'both, and several',
    measured(
      purchases,
      guardrail('G', [harmed]),
      guardrail('H', [harmed]),
      guardrail('I', [compared('test', 0, 0.9, 0.2)]),
      guardrail('J', [compared('test', 0, 0.9, 0.3)]),
    ),
    {},
  ],
  [
    'metrics_conflict',
    'a gain and a loss',
    measured(purchases, metric('B', [harmed]), metric('C', [compared('test', 0, 0.9, 0.02)])),
    measured(purchases, guardrail('B', [harmed])),
  ],
  [
    'metrics_conflict',
    'one of two variants',
    {
      ...three,
      ...measured(
        metric('A', [compared('blue', 0.2, 0.001), compared('green', 0.2, 0.001)]),
        metric('B', [compared('blue', -0.2, 0.001), compared('green', 0.1, 0.001)]),
      ),
    },
    { ...three, ...measured(metric('A', [compared('blue', 0.2, 0.001), compared('green', -0.2, 0.001)])) },
  ],
];

const finding = (code: string, change: Change) => assess(facts(change)).findings.find((found) => found.code === code);

describe('a finding about a difference', () => {
  it.each(TABLE)('%s tells of %s, and of nothing that falls short of it', (code, _why, triggers, short) => {
    const found = finding(code, triggers);
    expect(found?.code).toBe(code);
    expect(finding(code, short)).toBeUndefined();
    expect(found).toMatchSnapshot();
  });

  it('names each variant that metrics disagree about', () => {
    const both = (name: string, gain: number) =>
      metric(name, [compared('blue', gain, 0.001), compared('green', gain, 0.001)]);
    expect(finding('metrics_conflict', { ...three, ...measured(both('A', 0.2), both('B', -0.2)) })?.title).toBe(
      'Primary metrics disagree about blue, green.',
    );
  });

  it('says of a Bayesian run as of any other that it is significant too early', () => {
    const stats = { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.95 } as const;
    expect(finding('early_significance', { ...started(3 * DAY), stats })).toBeDefined();
  });

  it('says nothing of a loss that no interval bounds', () => {
    const unbounded = { ...compared('test', -0.01, 0.9), interval: null };
    expect(finding('guardrail_regression', measured(purchases, guardrail('G', [unbounded])))).toBeUndefined();
  });

  it('is none of a young run that shows nothing', () => {
    const flat = measured(metric('P', [compared('test', 0.01, 0.9, 0.02)]));
    const { findings } = assess(facts({ ...started(3 * DAY), ...flat }));
    expect(findings.map(({ code }) => code)).toEqual(['too_early']);
  });
});
