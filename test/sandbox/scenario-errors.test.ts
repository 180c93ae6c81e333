import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, ScenarioError } from '../../src/sandbox/scenario/scenario.js';
import { experiment, metric } from './scenario-helpers.js';

function errorOf(text: string): string {
  try {
    parseScenario(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('The scenario was taken.');
}

describe('a scenario that cannot be used', () => {
  it.each([
    [{ projekt: {} }, 'projekt: unknown key (did you mean project?)'],
    [{ project: { name: 'A', team: 1 } }, 'project.team: unknown key'],
    [{ project: { id: 0, name: 'A' } }, 'project.id: must be more than 0'],
    [
      experiment({ feature_flag_kee: 'a' }),
      'experiments[0].feature_flag_kee: unknown key (did you mean feature_flag_key?)',
    ],
    [
      { experiments: [{ name: 'A', feature_flag: 'a' }] },
      'experiments[0].feature_flag: unknown key (did you mean feature_flag_key?)',
    ],
    [{ experiments: [{ name: 'A' }] }, /^experiments\[0\]\.feature_flag_key: /],
    [experiment({ feature_flag_key: 'a b' }), /^experiments\[0\]\.feature_flag_key: Only letters/],
    [experiment({ name: 5 }), /^experiments\[0\]\.name: .*string/],
    [
      experiment({ variants: [{ key: 'a', split: 5 }] }),
      'experiments[0].variants[0].split: unknown key (did you mean split_percent?)',
    ],
    [
      experiment({ variants: [{ key: 'a', split_percent: 90 }] }),
      'experiments[0].variants: split_percent must sum to 100, got 90',
    ],
    [
      experiment({
        variants: [
          { key: 'a', split_percent: 50 },
          { key: 'a', split_percent: 50 },
        ],
      }),
      'experiments[0].variants: keys must be unique',
    ],
    [
      {
        experiments: [
          experiment().experiments[0],
          {
            ...experiment().experiments[0],
            metrics: [{ metric_type: 'mean' }, { metric_type: 'mean', goals: 'increase' }],
          },
        ],
      },
      'experiments[1].metrics[1].goals: unknown key (did you mean goal?)',
    ],
    [
      metric({ metric_type: 'sum' }),
      'experiments[0].metrics[0].metric_type: must be one of mean, funnel, ratio, retention',
    ],
    [experiment({ type: 'app' }), 'experiments[0].type: must be one of product, web'],
    [metric({ data: { control: { samples: 1 } } }), 'experiments[0].metrics[0].data.control.samples: unknown key'],
    [
      metric({ data: { control: { sum: '1' } } }),
      'experiments[0].metrics[0].data.control.sum: must be a number (send the number 1 without quotes)',
    ],
    [
      metric({ data: { control: { sum_square: 1 } } }),
      'experiments[0].metrics[0].data.control.sum_square: unknown key (did you mean sum_squares?)',
    ],
    [
      metric({ data: { tset: {} } }),
      'experiments[0].metrics[0].data.tset: the flag has no such variant; its variants are control, test',
    ],
    [
      experiment({ exposures: { tset: 1 } }),
      'experiments[0].exposures.tset: the flag has no such variant; its variants are control, test',
    ],
    [experiment({ exposures: { control: -1 } }), /^experiments\[0\]\.exposures\.control: /],
    [metric({ query: { kind: 'X' } }), "experiments[0].metrics[0].query: metric kind must be 'ExperimentMetric'"],
    [
      metric({ query: { kind: 'ExperimentMetric', metric_type: 'funnel', series: [{ kind: 'EventsNode' }] } }),
      "experiments[0].metrics[0].query: metric_type must be 'mean', as beside the query",
    ],
    [
      metric({ query: { kind: 'ExperimentFunnelsQuery' } }),
      "experiments[0].metrics[0].query: metric_type must be 'mean', as beside the query",
    ],
    [metric({ query: { kind: 'constructor' } }), /query: metric kind must be 'ExperimentMetric'$/],
    [
      experiment({ started_days_ago: 3, ended_days_ago: 3 }),
      'experiments[0].ended_days_ago: must be less than started_days_ago',
    ],
    [experiment({ started_days_ago: 1e9 }), 'experiments[0].started_days_ago: must be at most 36500'],
    [experiment({ started_days_ago: -1 }), 'experiments[0].started_days_ago: must be at least 0'],
    [experiment({ started_days_ago: 3, ended_days_ago: -0.5 }), 'experiments[0].ended_days_ago: must be at least 0'],
    [
      experiment({ started_days_ago: 3, ended_days_ago: 5 }),
      'experiments[0].ended_days_ago: must be less than started_days_ago',
    ],
    [
      experiment({ activity: [{ days_ago: -1, activity: 'paused' }] }),
      'experiments[0].activity[0].days_ago: must be at least 0',
    ],
    [experiment({ stats_config: { method: 'x' } }), /^experiments\[0\]\.stats_config: Invalid stats method: 'x'/],
    [experiment({ exposure_criteria: { x: 1 } }), /^experiments\[0\]\.exposure_criteria: .*unknown key\(s\): x/],
    [experiment({ running_time_calculation: { x: 1 } }), /^experiments\[0\]\.running_time_calculation: .*\['x'\]/],
    [
      experiment({ activity: [{ day_ago: 1, activity: 'paused' }] }),
      'experiments[0].activity[0].day_ago: unknown key (did you mean days_ago?)',
    ],
    [[], 'must be an object'],
    [null, 'must be an object'],
  ])('names the place: %j', (scenario, message) => {
    const error = errorOf(JSON.stringify(scenario));
    if (typeof message === 'string') expect(error).toBe(message);
    else expect(error).toMatch(message);
  });

  describe.each(['funnel', 'retention'])('of a %s metric', (metric_type) => {
    const withRow = (row: object) => JSON.stringify(metric({ metric_type, data: { test: row } }));

    it('has more conversions than people', () => {
      expect(errorOf(withRow({ number_of_samples: 10, sum: 11 }))).toBe(
        'experiments[0].metrics[0].data.test.sum: must be at most 10, by number_of_samples; it counts those of them who converted',
      );
      expect(parseScenario(withRow({ number_of_samples: 10, sum: 10 })).experiments).toHaveLength(1);
    });
  });

  it('has more conversions than exposures, where nothing else says how many people there are', () => {
    const metrics = [{ metric_type: 'funnel', data: { test: { sum: 8 } } }];
    expect(errorOf(JSON.stringify(experiment({ exposures: { test: 7 }, metrics })))).toContain(
      'data.test.sum: must be at most 7, by the exposures; ',
    );
    expect(parseScenario(JSON.stringify(experiment({ metrics }))).experiments).toHaveLength(1);
  });

  it('has more people who came back than people who started', () => {
    const row = (sum: number) => ({ number_of_samples: 100, denominator_sum: 40, sum });
    const text = (sum: number) => JSON.stringify(metric({ metric_type: 'retention', data: { test: row(sum) } }));
    expect(errorOf(text(41))).toMatch(
      /^experiments\[0\]\.metrics\[0\]\.data\.test\.sum: must be at most 40, by denominator_sum; /,
    );
    expect(parseScenario(text(40)).experiments).toHaveLength(1);
  });

  it('is not one whose mean or ratio sums to more than its people', () => {
    for (const metric_type of ['mean', 'ratio']) {
      const data = { test: { number_of_samples: 10, sum: 500, denominator_sum: 20 } };
      expect(parseScenario(JSON.stringify(metric({ metric_type, data }))).experiments).toHaveLength(1);
    }
  });

  it('says in one line that a file is not JSON', () => {
    for (const text of [
      '',
      '{',
      '{\n  "project": {\n    oops\n',
      '<html>\n</html>',
      `{"name": "${'x'.repeat(99)}", oops, "a": 1}`,
      '{"a": 1} {"b"',
    ]) {
      const error = errorOf(text);
      expect(error).toMatch(/^not valid JSON: ./);
      expect(error.match(/valid JSON/g)).toHaveLength(1);
      expect(error).not.toContain('\n');
    }
  });

  it('is told in one line, whatever the JSON', () => {
    const key = fc.constantFrom(
      'project',
      'events',
      'experiments',
      'name',
      'feature_flag_key',
      'metrics',
      'data',
      'a\nb',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, (scenario) => {
        try {
          parseScenario(JSON.stringify(scenario));
        } catch (error) {
          expect(error).toBeInstanceOf(ScenarioError);
          expect(String(error)).not.toContain('\n');
        }
      }),
      { numRuns: 500 },
    );
  });
});
