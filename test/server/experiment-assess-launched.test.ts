import { describe, expect, it } from 'vitest';
import { assessmentOutput } from '../../src/schema/assessment.js';
import { scenarioOf } from '../helpers/assess-scenarios.js';
import { openWorld } from '../helpers/world.js';

type Change = Parameters<typeof scenarioOf>[0];

const EMPTY: Change = { exposures: {}, results_age_hours: null };

async function assess(change: Change) {
  const world = await openWorld({ scenario: scenarioOf({ ...EMPTY, ...change }) });
  const { recommendation, findings, summary } = assessmentOutput.parse(
    (await world.call('experiment-assess', { id: 1 })).data,
  );
  return { recommendation, summary, findings, codes: findings.map(({ code }) => code) };
}

describe('an assessment of an experiment that was just launched', () => {
  it('says to keep running, though nobody is in and nothing is calculated', async () => {
    const { recommendation, codes, summary, findings } = await assess({ started_days_ago: 0 });
    expect(recommendation).toBe('keep_running');
    expect(codes).toEqual([
      ...['not_enough_exposures', 'too_early', 'planned_sample_not_reached', 'test_accounts_filtered'],
    ]);
    expect(summary).toContain('Keep running: Nobody has been exposed yet, 0 hours after the launch.');
    expect(findings[0]?.advice).toContain('Look again after a day');
  });

  it.each([
    ['a day ago', { started_days_ago: 1 }],
    ['with its flag off', { started_days_ago: 0.5, flag_active: false }],
  ])('is told to be mended where it was launched %s', async (_, change) => {
    const { recommendation, codes } = await assess(change);
    expect(recommendation).toBe('fix_first');
    expect(codes).toContain('no_exposures');
  });

  it('does not call its own exposure event wrong before a day has passed', async () => {
    const exposure_criteria = { exposure_config: { event: 'checkout_seen', properties: [] } };
    const young = await assess({ started_days_ago: 0.9, exposure_criteria });
    expect(young.recommendation).toBe('keep_running');
    const older = await assess({ started_days_ago: 1, exposure_criteria });
    expect(older.codes).toContain('exposure_property_missing');
  });

  it('is called empty where it was over before anybody came', async () => {
    const { recommendation, codes } = await assess({ started_days_ago: 0.9, ended_days_ago: 0.5 });
    expect(recommendation).toBe('cannot_tell');
    expect(codes).toContain('no_exposures');
  });

  it('asks for no calculation before a day has passed, since none could change the answer', async () => {
    const some = { exposures: { control: 200, test: 210 } };
    const young = await assess({ ...some, started_days_ago: 0.9 });
    expect(young.recommendation).toBe('keep_running');
    expect(young.codes).toEqual(['too_early', 'planned_sample_not_reached']);
    const older = await assess({ ...some, started_days_ago: 1 });
    expect(older.recommendation).toBe('cannot_tell');
    expect(older.codes).toContain('no_results');
  });
});
