import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { compared, facts, guardrail, metric } from './decision-facts.js';

const summary = (change: Partial<Facts>) => assess(facts(change)).summary;
const purchases = (gain: number, p: number, half?: number) => metric('Purchases', [compared('test', gain, p, half)]);

describe('the summary of an answer without a winner', () => {
  it('says which gains and losses no difference rules out', () => {
    expect(summary({ metrics: [purchases(0.0055, 0.6, 0.0255)] })).toBe(
      'End it as inconclusive: no variant is clearly better or worse than control. test +0.5% on "Purchases" (ruled out at 95%: gains above +3.1%, losses beyond -2.0%).',
    );
  });

  it('says how small the loss can be where control is kept', () => {
    expect(summary({ metrics: [purchases(-0.2, 0.0001)] })).toBe(
      'Keep control: test is clearly worse. test -20% on "Purchases" (-30% to -10%; above zero is better).',
    );
  });

  it('says it of each side where metrics disagree, and beside a guardrail that is worse', () => {
    const worse = metric('Sign-ups', [compared('test', -0.1, 0.0001)]);
    expect(summary({ metrics: [purchases(0.2, 0.0001), worse] })).toMatch(
      /People have to weigh them: test \+20% on "Purchases" \(\+10% to .*\), test -10% on "Sign-ups" \(-15% to/,
    );
    const harm = guardrail('Visits', [compared('test', -0.2, 0.0001)]);
    expect(summary({ metrics: [purchases(0.01, 0.5, 0.03), harm] })).toContain(
      'gains above +4.0%, losses beyond -2.0%',
    );
  });

  it('names three metrics, the clearest first, and counts the others', () => {
    const weak = ['A', 'B', 'C', 'D'].map((name, at) => metric(name, [compared('test', 0.01, 0.5 + at / 10, 0.03)]));
    const won = summary({ metrics: [...weak, purchases(0.2, 0.0001)] });
    expect(won).toMatch(
      /gains clearly, test \+20% on "Purchases" \(.*\), test \+1\.0% on "A".*on "B" .* and 2 more, and/,
    );
    expect(won).not.toContain('"C"');
    expect(summary({ metrics: weak })).toMatch(
      /better or worse than control\. test .*on "A".*"B".*"C".* and 1 more\.$/,
    );
  });

  it('names the level of the experiment', () => {
    const bayesian = { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.9 } as const;
    expect(summary({ stats: bayesian, metrics: [purchases(0, 1, 0.02)] })).toContain('(ruled out at 90%: ');
  });
});
