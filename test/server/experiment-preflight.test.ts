import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { DRAFT, PAUSED, RUNNING, SHARED, STOPPED } from '../helpers/shop.js';
import { experimentRow } from '../helpers/state.js';
import { type Answer, NOW, openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-preflight';

const checks = z.array(
  z.object({ code: z.string(), status: z.string(), title: z.string(), evidence: z.looseObject({}).optional() }),
);

function checkOf(answer: Answer, code: string) {
  return checks.parse(answer.data.checks).find((check) => check.code === code);
}

/** As if the event had last come so many days ago. */
function lastSeen(world: World, name: string, daysAgo: number): void {
  const event = world.sandbox.store.mainProject.events.find((candidate) => candidate.name === name);
  if (!event) throw new Error(`no event ${name}`);
  event.last_seen_at = new Date(NOW.getTime() - daysAgo * 86_400_000).toISOString();
}

describe('experiment-preflight', () => {
  it('tells a sound draft of the demo apart, within 600 tokens', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const answer = await world.call(tool, { id: 13 });
    expect(answer).toMatchSnapshot();
    expect(answer.data).toMatchObject({ ready: true, next: { tool: 'experiment-launch', arguments: { id: 13 } } });
    expect(answer.text.length / 4).toBeLessThan(600);
  });

  it('looks for events that a metric is named after and does not count', async () => {
    const metric = {
      ...{ name: 'Signup', metric_type: 'mean' as const },
      query: { kind: 'ExperimentMetric', metric_type: 'mean', source: { kind: 'EventsNode', event: '$pageview' } },
    };
    const draft = { name: 'One', feature_flag_key: 'one', started_days_ago: null, metrics: [metric] };
    const scenario = scenarioSchema.parse({ events: ['$pageview', 'signed_up', 'signal_lost'], experiments: [draft] });
    expect(checkOf(await (await openWorld({ scenario })).call(tool, { id: 1 }), 'metric_names')).toMatchObject({
      status: 'warning',
      title: 'A metric is named after another event than it counts: "Signup" counts $pageview, not signed_up',
    });
  });

  it('finds what the half-made draft of the demo lacks, and tells its rollout and split in words', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const answer = await world.call(tool, { id: 14 });
    expect(answer.data).toMatchObject({ ready: false, next: { tool: 'event-search' } });
    expect(answer.data.summary).toContain('No primary metric');
    expect(checkOf(answer, 'sample_plan')?.status).toBe('warning');
    expect(checkOf(answer, 'enrolment')?.title).toContain('20% of users are split control 34%, cat 33%, hedgehog 33%');
  });

  it('changes nothing: every request is a read', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT });
    expect(world.requests().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  it('blocks on the end date of a draft, and names the call after which it can be launched', async () => {
    const world = await openWorld();
    experimentRow(world, DRAFT).end_date = '2026-07-01T00:00:00Z';
    const before = await world.call(tool, { id: DRAFT });
    expect(checkOf(before, 'end_date')?.status).toBe('blocker');
    const { tool: fix, arguments: args } = z
      .object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
      .parse(before.data.next);
    expect((await world.call(fix, args)).isError).toBe(false);
    expect((await world.call(tool, { id: DRAFT })).data.ready).toBe(true);
    expect((await world.call('experiment-launch', { id: DRAFT })).data).toMatchObject({
      experiment: { status: 'running' },
    });
  });

  it('warns of an event that has not come for eight days, and tells when it last did', async () => {
    const world = await openWorld({ scenario: demoScenario });
    lastSeen(world, 'purchase_completed', 8);
    const answer = await world.call(tool, { id: 13 });
    expect(answer.data.ready).toBe(true);
    expect(checkOf(answer, 'events')).toMatchObject({
      status: 'warning',
      title: 'Not received for over 7 days: purchase_completed',
      evidence: { events: [{ name: 'purchase_completed', last_seen: '2026-05-24T12:00:00.000Z', days_ago: 8 }] },
    });
  });

  it('blocks on an event of a shared metric that never came, which PostHog does not check', async () => {
    const world = await openWorld();
    const shared = await world.call('experiment-saved-metrics-create', {
      metric: { name: 'Refunds', metric_type: 'mean', event: 'refund_requested' },
    });
    expect(shared.isError, shared.text).toBe(false);
    const metricId = [...world.sandbox.store.savedMetrics.keys()][0] ?? 0;
    experimentRow(world, DRAFT).saved_metrics.push({
      id: 1,
      saved_metric: metricId,
      metadata: { type: 'secondary' },
      created_at: NOW.toISOString(),
    });
    const answer = await world.call(tool, { id: DRAFT });
    expect(checkOf(answer, 'events')).toMatchObject({ status: 'blocker', title: 'Never received: refund_requested' });
    expect(answer.data.next).toEqual({ tool: 'event-search', arguments: { search: 'refund_requested' } });
  });

  it('finds an event by its exact name among pages of longer ones', async () => {
    const world = await openWorld();
    const { store } = world.sandbox;
    const events = store.mainProject.events.splice(0);
    for (let n = 0; n < 150; n += 1) store.insertEvent(1, `purchase_completed_${n}`);
    store.mainProject.events.push(...events);
    const metrics = [{ kind: 'ExperimentMetric', metric_type: 'mean', source: { event: 'purchase_completed' } }];
    experimentRow(world, DRAFT).metrics = metrics;
    expect(checkOf(await world.call(tool, { id: DRAFT }), 'events')?.status).toBe('ok');
  });

  it('names the live experiment that shares the flag, and that the flag is on', async () => {
    const world = await openWorld();
    await world.call('experiment-duplicate', { id: SHARED });
    const copy = Math.max(...world.sandbox.store.experiments.keys());
    const answer = await world.call(tool, { id: copy });
    expect(checkOf(answer, 'shared_flag')).toMatchObject({ status: 'warning' });
    expect(checkOf(answer, 'shared_flag')?.title).toContain(`${SHARED} "Signup copy" (running)`);
    expect(checkOf(answer, 'flag_state')?.status).toBe('warning');
  });

  it('calculates whether the stored rate finishes the plan, with the funnel’s baseline as a rate', async () => {
    const world = await openWorld();
    experimentRow(world, DRAFT).running_time_calculation = {
      minimum_detectable_effect: 50,
      recommended_sample_size: 1152,
      recommended_running_time: 5,
      exposure_estimate_config: {
        conversionRateInputType: 'manual',
        manualMetricType: 'funnel',
        manualBaselineValue: 10,
        manualExposureRate: 100,
      },
    };
    // 16 · 0.1 · 0.9 / (0.1 · 0.5)² · 2 = 1152 users, at 100 a day twelve days.
    expect(checkOf(await world.call(tool, { id: DRAFT }), 'traffic')).toMatchObject({
      status: 'warning',
      evidence: { sample_size: 1152, days: 12, planned_days: 5 },
    });
  });

  it('is honest where traffic cannot be told', async () => {
    const world = await openWorld();
    expect(checkOf(await world.call(tool, { id: DRAFT }), 'traffic')?.status).toBe('unknown');
  });

  it('says unknown, and why, where the key may not read events, and still checks the rest', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('/event_definitions/')
            ? {
                status: 403,
                body: {
                  type: 'authentication_error',
                  code: 'permission_denied',
                  detail: "API key missing required scope 'event_definition:read'",
                  attr: null,
                },
              }
            : undefined,
      },
    });
    const answer = await world.call(tool, { id: DRAFT });
    expect(checkOf(answer, 'events')?.status).toBe('unknown');
    expect(checkOf(answer, 'variants')?.status).toBe('ok');
    expect(answer.data.missing).toEqual([expect.stringContaining('event_definition:read')]);
  });

  it.each([
    [RUNNING, 'running', 'experiment-assess'],
    [PAUSED, 'paused', 'experiment-activity'],
    [STOPPED, 'stopped', 'experiment-assess'],
  ])('tells that experiment %i was launched already and is %s', async (id, status, next) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id });
    expect(answer.data).toMatchObject({ ready: false, next: { tool: next, arguments: { id } } });
    expect(answer.data.summary).toMatch(new RegExp(`launched already .* and is ${status}`));
    expect(world.requests()).toEqual([`GET /api/projects/1/experiments/${id}/`]);
  });
});
