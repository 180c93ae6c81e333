import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isWrite } from '../../proof/faults/asked.js';
import { otherThanAsked } from '../../src/posthog/asked.js';
import type { RequestInfo } from '../../src/posthog/attempt.js';
import { openAltered } from '../helpers/altered-world.js';
import type { Rewrite } from '../helpers/altering-proxy.js';
import { addHoldout, HOLDOUT, openFor, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { sent } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import type { World, WorldOptions } from '../helpers/world.js';

const P = '/api/projects/1';

function asked(request: string, more: { query?: object; body?: object } = {}) {
  const [method, path = ''] = request.split(' ');
  const info = { method, path, origin: 'http://x', isRead: method === 'GET' || path.endsWith('/query/') };
  return { info: z.custom<RequestInfo>().parse(info), query: { ...more.query }, body: more.body };
}

type Case = [request: string, more: { query?: object; body?: object }, right: unknown, wrong: unknown, at: string];

const CASES: readonly Case[] = [
  [`GET ${P}/experiments/4/`, {}, { id: 4 }, { id: 5 }, 'id'],
  [`GET ${P}/feature_flags/4/`, {}, { id: 4 }, { id: 5 }, 'id'],
  [`GET ${P}/experiment_holdouts/4/`, {}, { id: 4 }, { id: 5 }, 'id'],
  [`GET ${P}/experiment_saved_metrics/4/`, {}, { id: 4 }, { id: 5 }, 'id'],
  ['GET /api/projects/4/', {}, { id: 4 }, { id: 5 }, 'id'],
  [`POST ${P}/experiments/4/pause/`, {}, { id: 4 }, { id: 5 }, 'id'],
  [`PATCH ${P}/feature_flags/4/`, { body: { active: true } }, { id: 4 }, { id: 5 }, 'id'],
  [`GET ${P}/experiments/4/`, {}, inTeam(1), inTeam(2), 'feature_flag.team_id'],
  [`GET ${P}/feature_flags/4/`, {}, { id: 4, team_id: 1 }, { id: 4, team_id: 2 }, 'team_id'],
  [
    `GET ${P}/experiments/`,
    {},
    { results: [inTeam(1), inTeam(1)] },
    { results: [inTeam(1), inTeam(2)] },
    'results.1.feature_flag.team_id',
  ],
  [`GET ${P}/feature_flags/`, {}, { results: [{ team_id: 1 }] }, { results: [{ team_id: 2 }] }, 'results.0.team_id'],
  [
    `GET ${P}/experiments/4/metrics_recalculation/latest/`,
    {},
    { id: 'timeseries-fallback', experiment_id: 4 },
    { id: 'r', experiment_id: 5 },
    'experiment_id',
  ],
  [
    `GET ${P}/experiments/4/metrics_recalculation/run-1/`,
    {},
    { id: 'run-1', experiment_id: 4 },
    { id: 'run-2', experiment_id: 4 },
    'id',
  ],
  [
    `GET ${P}/experiments/4/timeseries_results/`,
    { query: { metric_uuid: 'm' } },
    { experiment_id: 4, metric_uuid: 'm' },
    { experiment_id: 4, metric_uuid: 'n' },
    'metric_uuid',
  ],
  [
    `GET ${P}/experiments/4/activity/`,
    {},
    { results: [logged('Experiment', '4'), logged('FeatureFlag', '9')] },
    { results: [logged('FeatureFlag', '9'), logged('Experiment', '5')] },
    'results.1.item_id',
  ],
  [
    `POST ${P}/experiments/`,
    { body: { name: ' New ', feature_flag_key: 'new' } },
    { id: 9, name: 'New', feature_flag_key: 'new' },
    { id: 8, name: 'New', feature_flag_key: 'old' },
    'feature_flag_key',
  ],
  [
    `POST ${P}/experiments/4/copy_to_project/`,
    { body: { target_team_id: 2 } },
    { id: 9, feature_flag: { team_id: 2 } },
    { id: 9, feature_flag: { team_id: 1 } },
    'feature_flag.team_id',
  ],
];

function inTeam(team_id: number) {
  return { id: 4, feature_flag: { id: 4, team_id } };
}

function logged(scope: string, item_id: string) {
  return { scope, item_id };
}

describe('risk 11: an answer about another thing than the one that was asked for', () => {
  it.each(CASES)('to %s %j: %j is taken, %j is not', (request, more, right, wrong, at) => {
    expect(otherThanAsked(asked(request, more), right)).toBeNull();
    expect(otherThanAsked(asked(request, more), wrong)).toMatch(new RegExp(`^${at}: it is .+ and .+ was asked for$`));
  });

  it('quotes what it names', () => {
    const request = asked(`GET ${P}/experiments/4/timeseries_results/`, { query: { metric_uuid: 'm' } });
    expect(otherThanAsked(request, { metric_uuid: 'x\nNext: y' })).toContain('it is "x\\nNext: y", and "m"');
  });
});

/** The shop behind a proxy that answers requests like `from` with what it answered to ones like `to`. */
async function openSwapped(tool: string, change: Rewrite, options: WorldOptions = {}) {
  const { world, proxies } = await openAltered(tool, options);
  for (const proxy of proxies) proxy.rewrite(change);
  return world;
}

/** What PostHog itself says of another thing. */
async function read({ sandbox }: World, path: string): Promise<unknown> {
  const answer = await fetch(`${sandbox.url}${P}/${path}/`, { headers: { authorization: `Bearer ${sandbox.key}` } });
  return answer.json();
}

const BY_ID: readonly [tool: string, collection: string, id: number, other: number][] = [
  ['experiment-get', 'experiments', RUNNING, PAUSED],
  ['experiment-results', 'experiments', RUNNING, PAUSED],
  ['experiment-assess', 'experiments', RUNNING, STOPPED],
  ['experiment-preflight', 'experiments', DRAFT, RUNNING],
  ['experiment-activity', 'experiments', RUNNING, PAUSED],
  ['experiment-pause', 'experiments', RUNNING, STOPPED],
  ['experiment-ship-variant', 'experiments', RUNNING, PAUSED],
  ['experiment-launch', 'experiments', DRAFT, PAUSED],
  ['experiment-update', 'experiments', DRAFT, PAUSED],
  ['experiment-delete', 'experiments', DRAFT, RUNNING],
  ['feature-flag-restore', 'experiments', RUNNING, PAUSED],
  ['experiment-holdouts-retrieve', 'experiment_holdouts', HOLDOUT, HOLDOUT + 1],
  ['experiment-holdouts-destroy', 'experiment_holdouts', HOLDOUT, HOLDOUT + 1],
  ['experiment-holdouts-partial-update', 'experiment_holdouts', HOLDOUT, HOLDOUT + 1],
  ['experiment-saved-metrics-retrieve', 'experiment_saved_metrics', SAVED_METRIC, 99],
  ['experiment-saved-metrics-destroy', 'experiment_saved_metrics', SAVED_METRIC, 99],
];

describe('risk 11: a call whose thing is answered with another one', () => {
  it.each(BY_ID)('%s ends, says what came instead and has sent nothing', async (tool, collection, id, other) => {
    let instead: unknown;
    const path = `GET ${P}/${collection}/${id}/`;
    const world = await openSwapped(tool, (json, request) =>
      request === path ? { ...Object(json), ...Object(instead), id: other } : json,
    );
    addHoldout(world, { name: 'Another' });
    instead = await read(world, `${collection}/${other}`);
    const answer = await world.call(tool, VALID_CALLS[tool]);
    expect(answer.data.error, answer.text).toMatchObject({
      code: 'unexpected_response',
      message: expect.stringContaining(`does not fit at id: it is ${other}, and ${id} was asked for`),
    });
    expect(sent(world)).toEqual([]);
  });

  it('ends where the experiment is one of another project', async () => {
    const world = await openSwapped('experiment-pause', (json, request) => {
      const { feature_flag: flag } = Object(json);
      return request === `GET ${P}/experiments/${RUNNING}/`
        ? { ...Object(json), feature_flag: { ...flag, team_id: 2 } }
        : json;
    });
    const answer = await world.call('experiment-pause', { id: RUNNING });
    expect(answer.text).toContain('does not fit at feature_flag.team_id: it is 2, and 1 was asked for');
    expect(sent(world)).toEqual([]);
  });

  it('ends where the flag is not the one that the experiment says it is on', async () => {
    const world = await openSwapped('experiment-pause', (json, request) => {
      const { feature_flag: flag } = Object(json);
      return request === `GET ${P}/experiments/${RUNNING}/`
        ? { ...Object(json), feature_flag: { ...flag, id: PAUSED, key: 'another' } }
        : json;
    });
    const answer = await world.call('experiment-pause', { id: RUNNING });
    expect(answer.text).toContain('does not fit at feature_flag.key: must be the same as feature_flag_key');
    expect(sent(world)).toEqual([]);
  });

  it('ends where an experiment that was found by its key turns out to have another', async () => {
    const world = await openSwapped('experiment-get', (json, request) => {
      const { feature_flag: flag } = Object(json);
      return request === `GET ${P}/experiments/${RUNNING}/`
        ? { ...Object(json), feature_flag_key: 'another', feature_flag: { ...flag, key: 'another' } }
        : json;
    });
    const { data } = await world.call('experiment-get', { feature_flag_key: 'checkout-steps' });
    expect(data.error).toMatchObject({
      code: 'unexpected_response',
      message: expect.stringContaining(
        'found by the feature flag key "checkout-steps", but reading it gives "another"',
      ),
    });
  });

  it('shows no results of another experiment', async () => {
    const world = await openSwapped('experiment-results', (json, request) =>
      request.includes('/metrics_recalculation/') ? { ...Object(json), experiment_id: PAUSED } : json,
    );
    const { text, data } = await world.call('experiment-results', { id: RUNNING });
    expect(text).toContain(`experiment_id: it is ${PAUSED}, and ${RUNNING} was asked for`);
    expect(JSON.stringify(data)).not.toContain('effect_percent');
  });

  it('reads what became of a write that is answered with another thing, and shows that', async () => {
    let instead: unknown;
    const world = await openSwapped('experiment-pause', (json, request) =>
      isWrite(request.split(' ')[0] ?? '', request.split(' ')[1] ?? '') ? instead : json,
    );
    instead = await read(world, `experiments/${STOPPED}`);
    const { data, text } = await world.call('experiment-pause', { id: RUNNING });
    expect(data, text).toMatchObject({ status: 'applied', experiment: { id: RUNNING, status: 'paused' } });
    expect(text).toContain('does not fit at id');
    expect(sent(world)).toHaveLength(1);
  });

  it('finds the new experiment where the answer to its creation is another one', async () => {
    let instead: unknown;
    const world = await openSwapped('experiment-create', (json, request) =>
      request === `POST ${P}/experiments/` ? instead : json,
    );
    instead = await read(world, `experiments/${RUNNING}`);
    const { data, text } = await world.call('experiment-create', { name: 'New', feature_flag_key: 'new' });
    expect(data, text).toMatchObject({ status: 'applied', experiment: { name: 'New', feature_flag_key: 'new' } });
  });

  it.each([
    ['experiment-pause', { id: RUNNING }, `feature_flag ${PAUSED}`],
    ['experiment-holdouts-destroy', { id: HOLDOUT }, `experiment_holdout ${HOLDOUT + 1}`],
  ])('%s takes no change request about something else for its own', async (tool, args, about) => {
    const [resource_type, resource_id] = about.split(' ');
    const body = { code: 'approval_required', detail: 'x', change_request_id: 'c-1', resource_type, resource_id };
    const world = await openFor(tool, {
      faults: { respond: ({ method, path }) => (isWrite(method, path) ? { status: 409, body } : undefined) },
    });
    const { data, text } = await world.call(tool, args);
    expect(data.error, text).toMatchObject({ code: 'unexpected_response' });
    expect(text).toContain(`names a change request about ${about}`);
  });
});
