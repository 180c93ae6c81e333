import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { emptyScenario } from '../../src/sandbox/scenario/seed/empty.js';
import { purchases } from '../helpers/assess-scenarios.js';
import { experimentRow, flagRow } from '../helpers/state.js';
import { type Answer, NOW, openWorld } from '../helpers/world.js';

const tool = 'experiment-review';

const output = z.object({
  items: z.array(
    z.object({
      ...{ id: z.number(), severity: z.string(), status: z.string() },
      findings: z.array(
        z.object({
          ...{ code: z.string(), severity: z.string(), title: z.string() },
          evidence: z.record(z.string(), z.unknown()),
        }),
      ),
      next: z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
    }),
  ),
  total: z.number(),
  next_offset: z.number().nullable(),
  totals: z.record(z.string(), z.number()),
  reviewed: z.record(z.string(), z.number()),
  note: z.string().optional(),
  missing: z.array(z.string()).optional(),
});

const read = (answer: Answer) => output.parse(answer.data);
/** `5 sample_ratio_mismatch overdue` of each experiment. */
const found = (answer: Answer) =>
  read(answer).items.map(({ id, findings }) => [id, ...findings.map(({ code }) => code)].join(' '));

const funnel = {
  ...{ name: 'Bought', role: 'primary', metric_type: 'funnel' },
  data: {
    control: { number_of_samples: 1000, sum: 100, sum_squares: 100 },
    test: { number_of_samples: 1000, sum: 110, sum_squares: 110 },
  },
};

/** Experiments of a scenario file, each with a flag of its own unless it names one. */
const scenarioOf = (...experiments: object[]) =>
  scenarioSchema.parse({
    events: ['purchase_completed'],
    experiments: experiments.map((experiment, at) => ({
      ...{ name: `Experiment ${at + 1}`, feature_flag_key: `flag-${at + 1}`, started_days_ago: 5, metrics: [funnel] },
      exposures: { control: 1000, test: 1000 },
      ...experiment,
    })),
  });

describe('experiment-review of the demo', () => {
  it('flags what a careful analyst would, the worst first, within 2,000 tokens', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const answer = await world.call(tool);
    expect(answer).toMatchSnapshot();
    expect(found(answer)).toEqual([
      '5 sample_ratio_mismatch overdue',
      '9 flag_inactive',
      '10 flag_inactive',
      '4 verdict_ready overdue',
      '7 verdict_ready overdue',
      '8 verdict_ready overdue',
      '1 ended_still_split',
      '2 ended_still_split',
      '11 shared_flag',
    ]);
    expect(answer.text.length / 4).toBeLessThan(2000);
  });

  it('leaves out the archived one, the one that ended long ago, and the one that is on its way', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const ids = read(await world.call(tool, { include_results: true })).items.map(({ id }) => id);
    for (const quiet of [3, 6, 13, 14, 15]) expect(ids).not.toContain(quiet);
  });

  it('with results also tells that nobody was ever exposed to the one whose flag is off', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const { items } = read(await world.call(tool, { include_results: true }));
    expect(items.find(({ id }) => id === 10)?.findings[0]?.evidence).toMatchObject({ exposed: 0 });
  });

  it('only reads and starts no calculation', async () => {
    const world = await openWorld({ scenario: demoScenario });
    await world.call(tool, { include_results: true });
    const writes = world.requests().filter((request) => !request.startsWith('GET ') && !request.endsWith('/query/'));
    expect(writes).toEqual([]);
  });
});

describe('experiment-review', () => {
  it('reads 200 experiments in under 60 requests, and says what it did not look at', async () => {
    const states = [{}, { flag_active: false }, { ended_days_ago: 2 }, { started_days_ago: null }];
    const experiments = Array.from({ length: 200 }, (_, at) => states[at % 8 < 5 ? 0 : (at % 8) - 4]);
    const world = await openWorld({ scenario: scenarioOf(...experiments.map((state) => state ?? {})) });
    const { reviewed, note, missing } = read(await world.call(tool));
    expect(Object.values(reviewed).reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(world.requests().length).toBeLessThan(60);
    expect(note).toContain('the 20 latest launched of 125 running');
    expect(missing).toBeUndefined();
  });

  it('says once where the page of an experiment is, and nothing of it where there are no rows', async () => {
    const world = await openWorld({ scenario: demoScenario });
    expect((await world.call(tool)).data.item_url).toBe(
      `http://sandbox/project/${demoScenario.project.id}/experiments/{id}`,
    );
    expect((await world.call(tool, { offset: 100 })).data).not.toHaveProperty('item_url');
  });

  it('reads every page of a status', async () => {
    const world = await openWorld({ scenario: scenarioOf(...Array.from({ length: 230 }, () => ({}))) });
    expect(read(await world.call(tool)).reviewed).toEqual({ running: 230 });
  });

  it('has no more than four requests under way at once', async () => {
    let [open, most] = [0, 0];
    const world = await openWorld({
      scenario: demoScenario,
      faults: {
        respond: async () => {
          open += 1;
          most = Math.max(most, open);
          await new Promise((resolve) => setImmediate(resolve));
          open -= 1;
          return undefined;
        },
      },
    });
    await world.call(tool, { include_results: true });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('counts recently ended ones by the days asked for', async () => {
    const world = await openWorld({ scenario: scenarioOf({ started_days_ago: 60, ended_days_ago: 40 }) });
    expect(found(await world.call(tool))).toEqual([]);
    expect(found(await world.call(tool, { stopped_within_days: 41 }))).toEqual(['1 ended_still_split']);
  });

  it('finds a running one that nobody was exposed to, without being asked for results', async () => {
    const world = await openWorld({ scenario: scenarioOf({ exposures: {}, started_days_ago: 2 }) });
    const [item] = read(await world.call(tool)).items;
    expect(item).toMatchObject({
      severity: 'blocker',
      findings: [{ code: 'no_exposures', severity: 'blocker', evidence: { exposed: 0, days_running: 2 } }],
      next: { tool: 'feature-flag-get' },
    });
  });

  it('finds a clear winner without a plan, and a run without a metric', async () => {
    const winner = {
      started_days_ago: 21,
      exposures: { control: 10_050, test: 9_950 },
      metrics: [purchases(1_005, 1_294)],
    };
    const unmeasured = { started_days_ago: 21, exposures: { control: 500, test: 510 }, metrics: [] };
    const world = await openWorld({ scenario: scenarioOf(winner, unmeasured) });
    const { items } = read(await world.call(tool));
    expect(items.map(({ id, severity, findings: [worst] }) => [id, severity, worst?.code, worst?.title])).toEqual([
      [2, 'blocker', 'no_metrics', 'Runs without a primary metric'],
      [1, 'warning', 'verdict_ready', 'Ready to decide: ship test'],
    ]);
  });

  it('says of a verdict what experiment-assess says, changes inside the run included', async () => {
    const split = [{ days_ago: 10, activity: 'updated', fields: ['variants'] }];
    const winner = {
      started_days_ago: 21,
      exposures: { control: 10_050, test: 9_950 },
      metrics: [purchases(1_005, 1_294)],
    };
    const world = await openWorld({ scenario: scenarioOf({ ...winner, activity: split }) });
    expect((await world.call('experiment-assess', { id: 1 })).data.recommendation).toBe('cannot_tell');
    expect(read(await world.call(tool)).totals).not.toHaveProperty('verdict_ready');
  });

  it('tells the age of results only where they are asked for', async () => {
    const world = await openWorld({
      scenario: scenarioOf({ results_age_hours: 30 }, { results_age_hours: null }, { results_age_hours: 2 }),
    });
    expect(found(await world.call(tool))).toEqual([]);
    expect(found(await world.call(tool, { include_results: true }))).toEqual(['2 no_results', '1 stale_results']);
  });

  it('does not call the flag of one that ended unneeded while a live one uses it', async () => {
    const shared = { feature_flag_key: 'same' };
    const world = await openWorld({ scenario: scenarioOf({ ...shared, ended_days_ago: 1 }, shared) });
    expect(found(await world.call(tool))).toEqual([]);
  });

  it('finds an old draft, and one whose flag is on', async () => {
    const draft = { started_days_ago: null, exposures: {} };
    const world = await openWorld({ scenario: scenarioOf(draft, draft) });
    experimentRow(world, 1).created_at = new Date(NOW.getTime() - 31 * 86_400_000).toISOString();
    flagRow(world, 2).active = true;
    expect(found(await world.call(tool))).toEqual(['2 draft_serving', '1 old_draft']);
  });

  it('pages over its experiments without losing or repeating one', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const pages: string[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page = await world.call(tool, { limit: 4, offset });
      expect(read(page).total).toBe(9);
      pages.push(...found(page));
      offset = read(page).next_offset;
    }
    expect(pages).toEqual(found(await world.call(tool)));
  });

  it('names for each experiment a call that works as it stands', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const { tools } = await world.client.listTools();
    for (const { next } of read(await world.call(tool)).items) {
      const { inputSchema } = tools.find(({ name }) => name === next.tool) ?? {};
      expect(Object.keys(Object(inputSchema?.properties)), next.tool).toEqual(
        expect.arrayContaining(Object.keys(next.arguments)),
      );
    }
  });

  it('tells its progress', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const steps: number[] = [];
    await world.client.callTool({ name: tool, arguments: {} }, { onprogress: ({ progress }) => steps.push(progress) });
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.at(-1)).toBe(8);
  });

  it('has nothing to say about a project without experiments', async () => {
    const world = await openWorld({ scenario: emptyScenario });
    expect(read(await world.call(tool))).toMatchObject({ items: [], total: 0, next_offset: null, reviewed: {} });
  });
});

describe('what a review cannot read', () => {
  const failing = (part: string, status: number, body: object) => ({
    respond: ({ path, query }: { path: string; query: URLSearchParams }) =>
      `${path}?${query}`.includes(part) ? { status, body } : undefined,
  });

  it('is named with its reason, and the rest is still found', async () => {
    const detail = 'Too much memory.';
    const faults = failing('/query/', 400, { type: 'validation_error', code: 'invalid', detail, attr: null });
    const world = await openWorld({ scenario: demoScenario, faults });
    const answer = await world.call(tool);
    expect(read(answer).missing).toEqual([expect.stringMatching(/^exposures of experiments [\d, ]+: /)]);
    expect(read(answer).note).toContain('looked at for all running or frozen, but for what is missing; ');
    expect(found(answer)).toContain('4 overdue');
  });

  it('may be a whole status', async () => {
    const faults = failing('status=stopped', 400, { type: 'validation_error', code: 'x', detail: 'No.', attr: null });
    const world = await openWorld({ scenario: demoScenario, faults });
    const answer = await world.call(tool);
    expect(read(answer).missing).toEqual([expect.stringMatching(/^stopped experiments: /)]);
    expect(found(answer)).toContain('5 sample_ratio_mismatch overdue');
  });

  it('is an error where no list can be read', async () => {
    const body = { type: 'authentication_error', code: 'permission_denied', detail: 'No.', attr: null };
    const world = await openWorld({ scenario: demoScenario, faults: failing('/experiments/', 403, body) });
    expect((await world.call(tool)).isError).toBe(true);
  });

  it('asks for nothing more once PostHog limits it for longer than the call lasts', async () => {
    let limited = 0;
    const world = await openWorld({
      scenario: scenarioOf(...Array.from({ length: 40 }, () => ({}))),
      faults: {
        respond: ({ path }) => {
          if (!path.endsWith('/query/')) return undefined;
          limited += 1;
          const body = { type: 'throttled_error', code: 'throttled', detail: 'Request was throttled.', attr: null };
          return { status: 429, headers: { 'retry-after': '600' }, body };
        },
      },
    });
    const { missing, reviewed } = read(await world.call(tool, { include_results: true }));
    expect(reviewed).toEqual({ running: 40 });
    expect(limited).toBeLessThanOrEqual(4);
    expect(missing?.join('\n')).toMatch(/anything of experiments .* and 1\d more: /);
  });
});
