import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { compared, DAY, facts, guardrail, metric } from './decision-facts.js';
import { seen, started, three } from './decision-shapes.js';

const summary = (change: Partial<Facts>) => assess(facts(change)).summary;
const purchases = (gain: number, p: number, half?: number) => metric('Purchases', [compared('test', gain, p, half)]);

describe('the summary of an answer without a winner', () => {
  it('says which gains and losses no difference rules out', () => {
    expect(summary({ metrics: [purchases(0.0055, 0.6, 0.0255)] })).toBe(
      'End it as inconclusive: no variant is clearly better or worse than control, though the sample could have shown an effect of the planned 10%. test +0.5% on "Purchases" (ruled out at 95%: above +3.1%, below -2.0%; higher is better). Effects are relative to control.',
    );
  });

  it('rules out what lies beyond an interval that ends at zero, as beyond any that holds it', () => {
    const open = (gain: number) => summary({ metrics: [purchases(gain, 0.06, 0.1)] });
    expect(open(0.1)).toContain('(ruled out at 95%: above +20%, below 0%; higher is better)');
    expect(open(-0.1)).toContain('(ruled out at 95%: above 0%, below -20%; higher is better)');
  });

  it('says what a gain costs where that is not settled', () => {
    const harm = guardrail('Visits', [compared('test', 0, 0.9, 0.2)]);
    expect(summary({ metrics: [purchases(0.2, 0.0001), harm] })).toBe(
      'End it as inconclusive: this traffic cannot answer the question, as a primary metric gains, but to see what it costs takes 151 more days at today’s rate. May be worse by over 10%: "Visits" of test. More traffic, a guardrail that varies less or a larger loss to put up with could answer it. test +20% on "Purchases" (+10% to +30%; higher is better). Effects are relative to control.',
    );
  });

  it('says how small the loss can be where control is kept', () => {
    expect(summary({ metrics: [purchases(-0.2, 0.0001)] })).toBe(
      'Keep control: test is clearly worse. test -20% on "Purchases" (-30% to -10%; higher is better). Effects are relative to control.',
    );
  });

  it('says it of each side where metrics disagree, and beside a guardrail that is worse', () => {
    const worse = metric('Sign-ups', [compared('test', -0.1, 0.0001)]);
    expect(summary({ metrics: [purchases(0.2, 0.0001), worse] })).toMatch(
      /primary metrics disagree about test\. People have to weigh them: test \+20% on "Purchases" \(\+10% to .*\), test -10% on "Sign-ups" \(-15% to/,
    );
    const harm = guardrail('Visits', [compared('test', -0.2, 0.0001)]);
    expect(summary({ metrics: [purchases(0.01, 0.5, 0.03), harm] })).toContain('above +4.0%, below -2.0%');
  });

  it('names three metrics, the clearest first, and counts the others', () => {
    const weak = ['A', 'B', 'C', 'D'].map((name, at) => metric(name, [compared('test', 0.01, 0.5 + at / 10, 0.03)]));
    const won = summary({ metrics: [...weak, purchases(0.2, 0.0001)] });
    expect(won).toMatch(
      /gains clearly, test \+20% on "Purchases" \(.*\), test \+1\.0% on "A".*on "B" .* and 2 more, and/,
    );
    expect(won).not.toContain('"C"');
    expect(summary({ metrics: weak })).toMatch(
      /better or worse than control, .*\. test .*on "A".*"B".*"C".* and 1 more\. Effects are relative to control\.$/,
    );
  });

  it('gives three reasons to wait; the others stand below it', () => {
    const thin = metric('Purchases', [compared('test', 0.2, 0.0001)], { arms: [{ key: 'test', samples: 49, sum: 4 }] });
    const { summary: text, findings } = assess(
      facts({ ...started(3 * DAY), ...seen({ control: 60, test: 49 }), metrics: [thin] }),
    );
    const reasons = findings.filter(({ severity }) => severity === 'warning').map(({ title }) => title);
    expect(reasons.length).toBeGreaterThan(3);
    expect(text.endsWith(` ${reasons.slice(0, 3).join(' ')}`)).toBe(true);
  });

  it('gives the numbers of the variant to ship alone', () => {
    const metrics = [metric('A', [compared('blue', 0.1, 0.0001), compared('green', 0.3, 0.0001)])];
    expect(summary({ ...three, metrics })).toBe(
      'Ship green: against control it gains clearly, green +30% on "A" (+15% to +45%; higher is better), and nothing found rules it out. Effects are relative to control.',
    );
  });

  it('names the level of the experiment', () => {
    const bayesian = { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.9 } as const;
    expect(summary({ stats: bayesian, metrics: [purchases(0, 1, 0.02)] })).toContain('(ruled out at 90%: ');
  });
});
