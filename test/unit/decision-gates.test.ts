import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { gate } from '../../src/decision/gates.js';
import type { Claim } from '../../src/schema/claim.js';
import { compared, facts, metric } from './decision-facts.js';

const RECOMMENDATIONS = {
  ship: assess(facts()),
  keep_control: assess(facts({ metrics: [metric('A', [compared('test', -0.2, 0.0001)])] })),
  keep_running: assess(facts({ plan: { effectPercent: 10, sampleSize: 30_000, days: 14 } })),
  fix_first: assess(facts({ exposures: { counts: { control: 10_700, test: 10_000 }, daily: [] } })),
  end_inconclusive: assess(facts({ metrics: [metric('A', [compared('test', 0.001, 0.9)])] })),
  cannot_tell: assess(facts({ exposures: null })),
};

const end = (conclusion: string): Claim => ({ kind: 'end', conclusion });
const ship = (variant: string): Claim => ({ kind: 'ship', variant });
const unproven: Claim = { kind: 'unproven', because: 'Nobody compared it.' };

describe('gate', () => {
  it.each(Object.entries(RECOMMENDATIONS))('is tried on an assessment that really says %s', (name, assessment) => {
    expect(assessment.recommendation).toBe(name);
  });

  it.each<[string, Claim, readonly string[]]>([
    ['concluding won', end('won'), ['ship']],
    ['shipping the recommended variant', ship('test'), ['ship']],
    ['concluding lost', end('lost'), ['keep_control']],
    ['shipping the baseline', ship('control'), ['keep_control']],
    ['shipping another variant', ship('other'), []],
    ['what was never compared', unproven, []],
    ['concluding inconclusive', end('inconclusive'), Object.keys(RECOMMENDATIONS)],
    ['concluding stopped_early', end('stopped_early'), Object.keys(RECOMMENDATIONS)],
    ['concluding invalid', end('invalid'), Object.keys(RECOMMENDATIONS)],
  ])('lets %s pass only where the evidence carries it', (_, claim, passing) => {
    const passed = Object.entries(RECOMMENDATIONS).filter(([, assessment]) => gate(assessment, claim).passes);
    expect(passed.map(([name]) => name)).toEqual(passing);
  });

  it('says what was needed, what the assessment is, and what was found', () => {
    const result = gate(RECOMMENDATIONS.fix_first, ship('test'));
    expect(result.because).toBe('Shipping test needs the assessment ship test; it is fix_first (integrity).');
    expect(result.findings.map(({ code }) => code)).toEqual(['sample_ratio_mismatch']);
    expect(gate(RECOMMENDATIONS.ship, ship('other')).because).toBe(
      'Shipping other needs the assessment ship other; it is ship test (decision).',
    );
    expect(gate(RECOMMENDATIONS.keep_running, end('won')).because).toBe(
      '"won" needs the assessment ship; it is keep_running (readiness).',
    );
  });

  it('shows the findings also where it lets pass', () => {
    expect(gate(RECOMMENDATIONS.keep_running, end('inconclusive')).findings[0]?.code).toBe(
      'planned_sample_not_reached',
    );
  });
});
