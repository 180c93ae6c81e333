import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { DAY, ended, facts } from './decision-facts.js';
import { type Change, draft, HOUR, nobody, off, seen, settings, split, started, three } from './decision-shapes.js';

/** What a finding is shown on, and what falls just short of it. */
const TABLE: readonly (readonly [code: string, why: string, triggers: Change, short: Change])[] = [
  [
    'sample_ratio_mismatch',
    'a lost tenth',
    seen({ control: 10_000, test: 9_300 }),
    seen({ control: 10_000, test: 9_900 }),
  ],
  ['sample_ratio_mismatch', 'a variant that nobody saw', seen({ control: 10_000 }), seen({ control: 50 })],
  ['no_exposures', 'nobody after a day', { ...nobody, ...started(DAY) }, { ...nobody, ...started(DAY - 1) }],
  ['no_exposures', 'nobody in a run that is over', { ...nobody, ...ended(20.5) }, { ...nobody, ...draft }],
  ['no_exposures', 'nobody while the flag is off', { ...nobody, ...off, ...started(HOUR) }, { ...nobody, ...draft }],
  ['not_enough_exposures', 'fifty and one less', seen({ control: 50, test: 49 }), seen({ control: 50, test: 50 })],
  [
    'not_enough_exposures',
    'two variants',
    { ...three, ...seen({ control: 70, blue: 3, green: 0 }) },
    { ...three, excluded: ['blue', 'green'], ...seen({ control: 70, blue: 3, green: 0 }) },
  ],
  ['not_enough_exposures', 'nobody in its first hours', { ...nobody, ...started(5.5 * HOUR) }, nobody],
  [
    'not_enough_exposures',
    'few in its first hours',
    { ...seen({ control: 4, test: 50 }), ...started(HOUR) },
    { ...seen({ control: 4, test: 50 }), ...draft },
  ],
  [
    'multiple_variant_exposures',
    'over a thousandth',
    seen({ control: 10_000, test: 9_900, $multiple: 100 }),
    seen({ control: 999_000, test: 999_000, $multiple: 2_000 }),
  ],
  [
    'multiple_variant_exposures',
    'people counted for the first',
    { ...seen({ control: 10_000, test: 9_900, $multiple: 100 }), ...settings({ handling: 'first_seen' }) },
    { ...seen({ control: 10_000, test: 9_900, $multiple: 100 }), flag: null },
  ],
  [
    'identity_fragmentation',
    'one per cent',
    seen({ control: 4_950, test: 4_950, $multiple: 100 }),
    seen({ control: 4_950, test: 4_951, $multiple: 100 }),
  ],
  [
    'uneven_split',
    '80 to 20',
    { ...split({ test: 20, control: 80 }), ...seen({ control: 8_000, test: 2_000 }) },
    split({ control: 100 }),
  ],
  [
    'uneven_split',
    'two of three, one excluded',
    { ...split({ a: 40, b: 40, control: 20 }), excluded: ['a'] },
    { ...split({ a: 50, b: 50, control: 0 }) },
  ],
  ['uneven_split', 'unknown exposures', { ...split({ control: 80, test: 20 }), exposures: null }, { flag: null }],
  [
    'uneven_split',
    'people left out of it',
    { ...split({ control: 80, test: 20 }), ...seen({ control: 8_000, test: 1_980, $multiple: 20 }) },
    seen({ control: 8_000, test: 8_000, $multiple: 20 }),
  ],
  ['test_accounts_filtered', 'nobody', { ...nobody }, { ...nobody, ...settings({ filtersTestAccounts: false }) }],
  ['test_accounts_filtered', 'few', seen({ control: 50, test: 49 }), seen({ control: 50, test: 50 })],
  ['test_accounts_filtered', 'nobody in its first hour', { ...nobody, ...started(HOUR) }, { ...nobody, ...draft }],
  [
    'exposure_property_missing',
    'an own event and nobody',
    { ...nobody, ...settings({ customEvent: 'opened' }) },
    { ...nobody, ...settings({ customEvent: null }) },
  ],
  [
    'exposure_property_missing',
    'an own event after the end',
    { ...nobody, ...ended(1), ...settings({ customEvent: 'opened' }) },
    { ...nobody, ...off, ...settings({ customEvent: 'opened' }) },
  ],
  [
    'exposure_property_missing',
    'an own event after a day',
    { ...nobody, ...started(DAY), ...settings({ customEvent: 'opened' }) },
    { ...nobody, ...started(HOUR), ...settings({ customEvent: 'opened' }) },
  ],
];

const finding = (code: string, change: Change) => assess(facts(change)).findings.find((found) => found.code === code);

describe('a finding about people', () => {
  it.each(TABLE)('%s tells of %s, and of nothing that falls short of it', (code, _why, triggers, short) => {
    const found = finding(code, triggers);
    expect(found?.code).toBe(code);
    expect(finding(code, short)).toBeUndefined();
    expect(found).toMatchSnapshot();
  });
});
