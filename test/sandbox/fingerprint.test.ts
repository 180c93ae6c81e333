import { expect, test } from 'vitest';
import { metricFingerprint } from '../../src/sandbox/store/fingerprint.js';
import type { ExperimentRow, JsonObject } from '../../src/sandbox/store/model.js';
import { createStore } from '../../src/sandbox/store/store.js';

const PURCHASE = { kind: 'EventsNode', event: 'purchase', math: 'sum', math_property: 'amount' };
const METRICS = {
  mean: { metric_type: 'mean', source: PURCHASE },
  funnel: {
    metric_type: 'funnel',
    series: [
      { kind: 'EventsNode', event: 'signup' },
      { kind: 'EventsNode', event: 'purchase' },
    ],
  },
  ratio: { metric_type: 'ratio', numerator: PURCHASE, denominator: { kind: 'EventsNode', event: '$pageview' } },
  retention: {
    metric_type: 'retention',
    start_event: { kind: 'EventsNode', event: 'signup' },
    completion_event: { kind: 'EventsNode', event: 'purchase' },
    retention_window_start: 1,
    retention_window_end: 7,
    retention_window_unit: 'day',
    start_handling: 'first_seen',
  },
};
const BROKEN = { breakdownFilter: { breakdowns: [{ type: 'event', property: '$os_name' }] } };

function fingerprint(metric: JsonObject, overrides: Partial<ExperimentRow> = {}): string {
  const store = createStore({ project: { id: 1, name: 'A' }, now: () => new Date(0) });
  const row = store.insertExperiment({
    ...{ project_id: 1, name: 'exp', flag_id: 1, stats_config: {}, excluded_variants: ['test-2'] },
    start_date: '2026-01-05T09:30:00Z',
    exposure_criteria: { filterTestAccounts: true, multiple_variant_handling: 'first_seen' },
    ...overrides,
  });
  return metricFingerprint({ kind: 'ExperimentMetric', uuid: 'u', name: 'A name', ...metric }, row);
}

/** Hashes that PostHog publishes with its calculation of fingerprints. */
test.each<[string, JsonObject, Partial<ExperimentRow>, string]>([
  ['a mean', METRICS.mean, {}, '8c4c170619bed04837934834898b06c80e1ffb081cfc83e50394e7a90809e7f1'],
  [
    'a broken-down mean',
    { ...METRICS.mean, ...BROKEN },
    {},
    'd9418c3005318f3a0a6981b2b75f0206ffe7b7f84b4a2f7247932d1d97f4f467',
  ],
  ['a funnel', METRICS.funnel, {}, '2ec08b25f36bf0378e7bc215ae0e018dd676ad2e60e4e9a403bcbaa85906daab'],
  [
    'a broken-down funnel',
    { ...METRICS.funnel, ...BROKEN },
    {},
    'b36542151b551ee82b08f64cddaaa7370462229630d8fe504414e09f65589810',
  ],
  ['a ratio', METRICS.ratio, {}, '27aad466328984c484df1dae3277d2c2a340b26f0d2bf9dc75211e82918d131b'],
  ['a retention', METRICS.retention, {}, 'f2e0910b439d762b3bde9c87f893d93a67494cd720cda511a80e651b9e26c39a'],
  [
    'matured users only',
    METRICS.mean,
    { only_count_matured_users: true },
    '170e5a30b8b04a520777ec3cccac4e055f7038b64dd547263499ee75ea1b71fc',
  ],
  [
    'matured users only, broken down',
    { ...METRICS.retention, ...BROKEN },
    { only_count_matured_users: true },
    '8a6fad45873cb5df74efabedb7bd33f1574deb53aeb6a3d06ca4fae4af063828',
  ],
  [
    'the frequentist method',
    METRICS.mean,
    { stats_config: { method: 'frequentist' } },
    '547cdafd4eb1feb4e0141877cac89d7ebf5743a856167357afeebc506484d930',
  ],
  [
    'no exposure criteria',
    METRICS.mean,
    { exposure_criteria: null },
    '873e2ca8eccf41d7bc4c17c90bc7986c1a687a7ecd4efa9e2e6cc3dcb9fe319c',
  ],
  [
    'repeated exclusions in disorder',
    METRICS.mean,
    { excluded_variants: ['test-3', 'test-2', 'test-3'] },
    'fb0618f7eca245137558b0df0ab259a6065ffb60d36141b2b2081456e5e70b9d',
  ],
  [
    'no exclusions',
    METRICS.mean,
    { excluded_variants: [] },
    '6f5bef90e2346c391745571fdd712d894a314d2087e68ce97b96b9333b9caa9b',
  ],
  ['a draft', METRICS.mean, { start_date: null }, 'db178cb6fac5e977163f9ce6a70cbc7ff99b3648f93c95ca3460415d600560a3'],
])('the fingerprint of %s is the one that PostHog publishes', (_what, metric, overrides, expected) => {
  expect(fingerprint(metric, overrides)).toBe(expected);
});

test.each([{ breakdowns: [] }, { breakdowns: null }, null])('a breakdown filter of %j is none', (breakdownFilter) => {
  expect(fingerprint({ ...METRICS.mean, breakdownFilter })).toBe(fingerprint(METRICS.mean));
});

test('letters beyond ASCII count as Python escapes them', () => {
  const source = { kind: 'EventsNode', event: 'plan: größer 🎉' };
  // As Python's json.dumps and hashlib give it.
  expect(fingerprint({ metric_type: 'mean', source })).toMatch(/^982ccdc57761332b/);
});
