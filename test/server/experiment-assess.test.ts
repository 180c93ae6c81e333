import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { assessmentOutput, FINDING_CODES } from '../../src/schema/assessment.js';
import { CASES } from '../helpers/assess-cases.js';
import { funnel, guardrail, scenarioOf } from '../helpers/assess-scenarios.js';
import { RUNNING } from '../helpers/shop.js';
import { type Answer, openWorld } from '../helpers/world.js';

const tool = 'experiment-assess';
/** Characters that a token has on average in English text. */
const CHARACTERS_PER_TOKEN = 4;
const MAX_TOKENS = 1_200;

const read = (answer: Answer) => assessmentOutput.parse(answer.data);
const codes = (answer: Answer) => read(answer).findings.map(({ code }) => code);
const assess = async (scenario = scenarioOf()) => (await openWorld({ scenario })).call(tool, { id: 1 });

/** Cheap enough to be asked for often, and whoever reads one sentence knows what to do and why. */
function expectShort(answer: Answer) {
  expect(answer.text.length / CHARACTERS_PER_TOKEN).toBeLessThan(MAX_TOKENS);
  const [sentence = ''] = read(answer).summary.split(/(?<=[.?!]) /);
  expect(sentence).toMatch(/^(Ship|Keep|End|Fix|Cannot tell)[^:]*: .{12,}/);
}

describe('experiment-assess', () => {
  it('tells what to do, why, and the numbers, as data and as text with a picture', async () => {
    const world = await openWorld({ scenario: demoScenario });
    expect(await world.call(tool, { id: 6 })).toMatchSnapshot();
  });

  it('finds nothing in a sound experiment and says to ship the better variant', async () => {
    const answer = await assess();
    expect(read(answer)).toMatchObject({ recommendation: 'ship', variant_key: 'test', findings: [] });
    expect(answer.text).toContain('recommendation: ship');
  });

  it.each(CASES)('finds $code, and not where it is just short of it', async ({ code, severity, triggers, short }) => {
    const answer = await assess(triggers);
    const found = read(answer).findings.find((finding) => finding.code === code);
    expect(found, `found ${codes(answer).join(', ')}`).toBeDefined();
    expect(found?.severity).toBe(severity);
    expect(Object.keys(found?.evidence ?? {})).not.toEqual([]);
    expect(found?.advice).toMatch(/\S/);
    expectShort(answer);
    expect(codes(await assess(short))).not.toContain(code);
  });

  it('finds every code that there is', () => {
    expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(FINDING_CODES));
  });

  it.each([
    ['Cookie Cats: first gate at level 40', 'keep_control', null],
    ['Trial of 30 days', 'ship', 'test'],
    ['Login page wording', 'end_inconclusive', null],
    ['Onboarding checklist', 'ship', 'test'],
    ['Pricing page layout', 'fix_first', null],
    ['Share dialog wording', 'keep_running', null],
    ['Dark mode by default', 'end_inconclusive', null],
    ['Upgrade prompt on every login', 'keep_control', null],
    ['Referral banner', 'fix_first', null],
    ['Search ranking v2', 'fix_first', null],
    ['Upload flow redesign: activation', 'keep_running', null],
    ['Upload flow redesign: revenue', 'keep_running', null],
    ['Checkout button colour', 'cannot_tell', null],
    ['Empty folder illustration', 'fix_first', null],
    ['Reminder e-mail for shared files', 'cannot_tell', null],
  ])('judges %s as a good analyst would: %s', async (name, recommendation, variant) => {
    const world = await openWorld({ scenario: demoScenario });
    const id = demoScenario.experiments.findIndex((item) => item.name === name) + 1;
    const answer = await world.call(tool, { id });
    expect(read(answer)).toMatchObject({ name, recommendation, variant_key: variant });
    expectShort(answer);
    expect(read(answer).evidence_comment.length).toBeLessThanOrEqual(4000);
  });

  it('reads only what is stored: nothing is calculated or written', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING });
    const writes = world.requests().filter((request) => !request.startsWith('GET') && !request.endsWith('/query/'));
    expect(writes).toEqual([]);
  });

  it.each([
    ['metrics_recalculation', 'results'],
    ['/query/', 'exposures'],
    ['/activity/', 'activity'],
    ['/experiments/?', 'other experiments on the flag'],
  ])('answers without %s, names it as missing, and is no bolder for it', async (path, part) => {
    const faults = {
      respond: (request: { path: string; method: string }) =>
        request.path.includes(path) || (path.endsWith('?') && request.path.endsWith('/experiments/'))
          ? { status: 400, body: { type: 'validation_error', code: 'x', detail: 'too much memory', attr: null } }
          : undefined,
    };
    const world = await openWorld({ scenario: scenarioOf(), faults });
    const output = read(await world.call(tool, { id: 1 }));
    expect(output.missing?.[0]).toContain(`${part}: `);
    const essential = part === 'results' || part === 'exposures';
    expect(output.recommendation).toBe(essential ? 'cannot_tell' : 'ship');
  });

  it('does not say that none are stored where results could not be read', async () => {
    const body = { type: 'validation_error', code: 'x', detail: 'too much memory', attr: null };
    const respond = ({ path }: { path: string }) =>
      path.includes('metrics_recalculation') ? { status: 400, body } : undefined;
    const world = await openWorld({ scenario: scenarioOf(), faults: { respond } });
    const { data } = await world.call(tool, { id: 1 });
    expect(data).toMatchObject({
      freshness: { source: 'none', note: 'The results could not be read.' },
      metrics: [{ problem: 'its results could not be read' }],
      evidence_comment: expect.stringContaining('\nResults: could not be read.\n'),
    });
  });

  it('never says to ship where results were never calculated, whatever else there is', async () => {
    const world = await openWorld({
      scenario: scenarioSchema.parse({
        ...demoScenario,
        experiments: demoScenario.experiments.map((item) => ({ ...item, results_age_hours: null })),
      }),
    });
    for (const [at, { name }] of demoScenario.experiments.entries()) {
      const output = read(await world.call(tool, { id: at + 1 }));
      expect(output.recommendation, name).not.toBe('ship');
    }
  });

  it('tells what was changed inside the run, when, and how many came before and after', async () => {
    const activity = [{ days_ago: 7, activity: 'updated', fields: ['exposure_criteria'] }];
    const { findings } = read(await assess(scenarioOf({ activity })));
    const [change] = findings;
    expect(change).toMatchObject({ code: 'changed_mid_run', severity: 'warning' });
    expect(change?.title).toContain('exposure_criteria on 2026-05-25 UTC');
    // Two of three weeks had passed, and people came evenly.
    expect(change?.evidence).toMatchObject({ changes: 1, exposed_before_percent: [67], exposed_after_percent: [33] });
  });

  it('judges metrics that should go down the other way round', async () => {
    const counts = { control: [10_050, 1_194], test: [9_950, 985] } as const;
    const down = await assess(scenarioOf({ metrics: [funnel('Returns', counts, { goal: 'decrease' })] }));
    expect(read(down)).toMatchObject({ recommendation: 'ship', variant_key: 'test' });
    const up = await assess(scenarioOf({ metrics: [funnel('Returns', counts)] }));
    expect(read(up)).toMatchObject({ recommendation: 'keep_control', variant_key: null });
  });

  it('picks of several better variants the one that gains most', async () => {
    const scenario = scenarioOf({
      variants: [
        { key: 'control', split_percent: 34 },
        { key: 'blue', split_percent: 33 },
        { key: 'green', split_percent: 33 },
      ],
      exposures: { control: 6_800, blue: 6_600, green: 6_600 },
      metrics: [funnel('Purchases', { control: [6_800, 680], blue: [6_600, 800], green: [6_600, 900] })],
    });
    expect(read(await assess(scenario))).toMatchObject({ recommendation: 'ship', variant_key: 'green' });
  });

  it('does not ship a gain whose cost in a guardrail may be large', async () => {
    const metrics = [
      funnel('Purchases', { control: [10_050, 1_005], test: [9_950, 1_194] }),
      guardrail('Rare thing', { control: [10_050, 50], test: [9_950, 50] }),
    ];
    const output = read(await assess(scenarioOf({ metrics })));
    expect(output.recommendation).toBe('end_inconclusive');
    expect(output.findings[0]?.title).toContain('May be worse by over 10%: "Rare thing" of test');
  });

  it('lets sequential testing be looked at early, and still waits for the plan', async () => {
    const sequential = { method: 'frequentist', frequentist: { sequential_testing_enabled: true } };
    const early = read(await assess(scenarioOf({ started_days_ago: 8, stats_config: sequential })));
    expect(early.findings.map(({ code }) => code)).toEqual(['too_early']);
    expect(early.recommendation).toBe('keep_running');
  });

  it('names the date up to which to keep running, at the rate of today', async () => {
    const running_time_calculation = { recommended_sample_size: 30_000, minimum_detectable_effect: 8 };
    const output = read(await assess(scenarioOf({ started_days_ago: 20, running_time_calculation })));
    // 20,000 in 20 days, 10,000 to go: ten days after 2026-06-01.
    expect(output.summary).toContain('Keep running until 2026-06-11 UTC');
    expect(output.plan).toMatchObject({ exposed_per_day: 1000, reached_on: '2026-06-11 UTC' });
  });

  it('reads the activity back to the launch, over several pages', async () => {
    const edits = Array.from({ length: 120 }, (_, at) => ({
      days_ago: 1 + at / 100,
      activity: 'updated',
      fields: ['description'],
    }));
    const first = { days_ago: 20, activity: 'updated', fields: ['metrics'] };
    const world = await openWorld({ scenario: scenarioOf({ activity: [...edits, first] }) });
    expect(codes(await world.call(tool, { id: 1 }))).toEqual(['changed_mid_run']);
    expect(world.requests().filter((request) => request.includes('/activity/'))).toHaveLength(2);
  });

  it('says how far back the activity was read where it is too long', async () => {
    const edits = Array.from({ length: 501 }, (_, at) => ({ days_ago: 1 + at / 100, activity: 'updated' }));
    const { missing } = read(await assess(scenarioOf({ activity: edits })));
    expect(missing).toEqual(['activity: only the newest 500 entries were read']);
  });

  it('asks PostHog six things, each once', async () => {
    const world = await openWorld({ scenario: scenarioOf() });
    await world.call(tool, { id: 1 });
    expect(world.requests().toSorted()).toEqual([
      'GET /api/projects/1/experiments/',
      'GET /api/projects/1/experiments/1/',
      'GET /api/projects/1/experiments/1/activity/',
      'GET /api/projects/1/experiments/1/metrics_recalculation/latest/',
      'GET /api/projects/1/experiments_config/',
      'POST /api/projects/1/query/',
    ]);
  });

  it('asks nothing about the results of a draft', async () => {
    const world = await openWorld({ scenario: scenarioOf({ started_days_ago: null, exposures: {} }) });
    const output = read(await world.call(tool, { id: 1 }));
    expect(output).toMatchObject({ recommendation: 'cannot_tell', plan: { days_run: 0 } });
    expect(world.requests()).toEqual(['GET /api/projects/1/experiments/1/', 'GET /api/projects/1/experiments/']);
  });
});
