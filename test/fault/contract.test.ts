import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../../src/contract/notes.js';
import { SHAPES } from '../../src/contract/shapes.js';
import { walk } from '../../src/contract/walk.js';
import { createPostHogClient } from '../../src/posthog/client.js';
import { keyWithScopes } from '../../src/sandbox/http/auth.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { experimentWire } from '../../src/schema/experiment.js';
import { flagWire } from '../../src/schema/flag.js';
import { holdoutWire } from '../../src/schema/holdout.js';
import { exposuresWire, recalculationWire, timeseriesWire } from '../../src/schema/results.js';
import { savedMetricWire } from '../../src/schema/saved-metric.js';
import { type Rewrite, startAlteringProxy } from '../helpers/altering-proxy.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: demoScenario });
  const headers = { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' };
  const make = async (path: string, body: object) => {
    const url = new URL(`/api/projects/${sandbox.projectId}/${path}/`, sandbox.url);
    const made = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(made.status, await made.text()).toBe(201);
  };
  const source = { kind: 'EventsNode', event: 'signed_up' };
  await make('experiment_saved_metrics', {
    name: 'Shared of ours',
    query: { kind: 'ExperimentMetric', metric_type: 'mean', source },
  });
  await make('experiment_holdouts', {
    name: 'Holdout of ours',
    filters: [{ properties: [], rollout_percentage: 5, variant: 'holdout' }],
  });
});
afterAll(() => sandbox.close());

const same: Rewrite = (json) => json;

async function findingsWith(alter: Rewrite, key = sandbox.key, origin = sandbox.url): Promise<Finding[]> {
  const proxy = await startAlteringProxy(origin);
  proxy.rewrite(alter);
  const client = createPostHogClient({ origin: proxy.origin, key, proxy: null, readOnly: true, version: '0' });
  const api = client.forCall({ signal: new AbortController().signal });
  try {
    return await walk({ api, project: sandbox.projectId, isPersonal: true });
  } finally {
    await client.close();
    await proxy.close();
  }
}

const differing = (findings: readonly Finding[]) =>
  findings.flatMap(({ what, differences }) => differences.map(({ path, problem }) => `${what}: ${path} ${problem}`));

/** Changes a part of the body of those answers whose path matches. */
const at =
  (path: RegExp, change: (body: Record<string, never>) => void): Rewrite =>
  (json, request) => {
    if (path.test(request) && !('detail' in Object(json))) change(Object(json));
    return json;
  };

const rowsOf = (body: object): Record<string, unknown>[] => Reflect.get(body, 'results') ?? [];
const DETAIL_ONLY = /\/experiments\/\d+\/$/;
const FIRST_LIST = /\/experiments\/\?limit=100$/;

describe('the walk over the contract', () => {
  it('finds that the sandbox fits, having looked at everything', async () => {
    const findings = await findingsWith(same);
    expect(findings.filter(({ verdict }) => verdict !== 'fits')).toEqual([]);
    expect(findings.length).toBeGreaterThan(20);
  });

  it('sends reads only', async () => {
    const before = sandbox.requests.length;
    await findingsWith(same);
    const sent = sandbox.requests.slice(before);
    const posts = sent.filter(({ method }) => method !== 'GET').map(({ path }) => path.replace(/\?.*/, ''));
    expect(posts.filter((path) => !/\/(query|calculate_running_time)\/$/.test(path))).toEqual([]);
  });

  it.each<[string, Rewrite, string]>([
    [
      'a field that is gone',
      at(DETAIL_ONLY, (body) => Reflect.deleteProperty(body, 'only_count_matured_users')),
      'experiment: only_count_matured_users is missing',
    ],
    [
      'a field of another type, deep inside',
      at(DETAIL_ONLY, (body) => {
        Object(body).feature_flag.filters.multivariate.variants[0].rollout_percentage = '50';
      }),
      'experiment: feature_flag.filters.multivariate.variants[].rollout_percentage is string, expected number',
    ],
    [
      'a new word in a closed set',
      at(FIRST_LIST, (body) => {
        for (const row of rowsOf(body)) row.conclusion = 'undecided';
      }),
      'list of experiments: results[].conclusion is none of won, lost, inconclusive, stopped_early, invalid',
    ],
    [
      'a list that says something else than the experiment',
      at(FIRST_LIST, (body) => {
        for (const row of rowsOf(body)) row.end_date = '2020-01-01T00:00:00Z';
      }),
      'experiment: end_date is not as in the list of experiments',
    ],
    [
      'a status that does not follow from the dates',
      at(/\/experiments\/(\d+\/)?(\?limit=100)?$/, (body) => {
        for (const row of [body, ...rowsOf(body)]) if (Reflect.get(row, 'status')) Reflect.set(row, 'status', 'draft');
      }),
      'experiment: status does not follow from start_date and end_date',
    ],
    [
      'a flag that serves something else than its experiment says',
      at(/\/feature_flags\/\d+\//, (body) => {
        Object(body).filters.groups = [];
      }),
      'flag: filters is not as in feature_flag of the experiment',
    ],
    [
      'a flag that does not know its experiment',
      at(/\/feature_flags\/\d+\//, (body) => {
        Object(body).experiment_set = [];
      }),
      'flag: experiment_set lacks the experiment that is on the flag',
    ],
    [
      'results of other variants',
      at(/metrics_recalculation/, (body) => {
        for (const { result } of rowsOf(body)) for (const row of Object(result).variant_results) row.key = 'other';
      }),
      'results: results[].result.variant_results[].key is not as in the variants of the flag',
    ],
    [
      'results of metrics that the experiment does not have',
      at(/metrics_recalculation/, (body) => {
        for (const row of rowsOf(body)) row.metric_uuid = 'other';
      }),
      'results: results[].metric_uuid is not as in the metrics of the experiment',
    ],
    [
      'results over more people than were exposed',
      at(/metrics_recalculation/, (body) => {
        for (const { result } of rowsOf(body)) Object(result).baseline.number_of_samples = 10_000_000;
      }),
      'results: results[].result.variant_results[].number_of_samples is more than were exposed',
    ],
    [
      'an interval of three numbers',
      at(/metrics_recalculation/, (body) => {
        for (const { result } of rowsOf(body))
          for (const row of Object(result).variant_results) row.credible_interval = [1, 2, 3];
      }),
      'results: results[].result.variant_results[].credible_interval must hold two numbers',
    ],
    [
      'exposures by variant that are no counts',
      at(/\/query\//, (body) => {
        for (const key of Object.keys(Object(body).total_exposures)) Object(body).total_exposures[key] = 'many';
      }),
      'exposures: total_exposures.* is string, expected number',
    ],
    [
      'exposures of other variants',
      at(/\/query\//, (body) => {
        Object(body).total_exposures.other = 1;
      }),
      'exposures: total_exposures.* is not as in the variants of the flag',
    ],
    [
      'a filter that is ignored',
      at(/archived=true/, (body) => {
        for (const row of rowsOf(body)) row.archived = false;
      }),
      'archive: results[] has rows that archived leaves out',
    ],
    [
      'a filter by flag that is ignored',
      at(/feature_flag_id=/, (body) => {
        for (const row of rowsOf(body)) Object(row.feature_flag).id = 999_999;
      }),
      'experiments on a flag: results[] has rows that feature_flag_id leaves out',
    ],
    [
      'a refusal in other words',
      (json) => ('detail' in Object(json) ? { ...Object(json), detail: 'Nope.' } : json),
      'text for what is not there: detail has other words',
    ],
    [
      'metrics without what their daily results are filed under',
      at(DETAIL_ONLY, (body) => {
        for (const metric of Object(body).metrics) delete metric.fingerprint;
      }),
      'experiment: metrics[].fingerprint is missing',
    ],
  ])('names %s', async (_, alter, difference) => {
    expect(differing(await findingsWith(alter))).toContain(difference);
  });

  it.each(['activity', 'results', 'flag', 'exposures', 'holdout', 'shared metric', 'results by day', 'running time'])(
    'names each field of %s that is missing',
    async (what) => {
      const path = {
        activity: /\/activity\//,
        results: /metrics_recalculation/,
        flag: /\/feature_flags\/\d+\//,
        exposures: /\/query\//,
        holdout: /\/experiment_holdouts\/\d+\//,
        'shared metric': /\/experiment_saved_metrics\/\d+\//,
        'results by day': /timeseries_results/,
        'running time': /calculate_running_time/,
      }[what];
      const gone = at(path ?? DETAIL_ONLY, (body) => {
        for (const name of Object.keys(body)) if (name !== 'id') Reflect.deleteProperty(body, name);
      });
      const named = differing(await findingsWith(gone)).filter((line) => line.startsWith(`${what}: `));
      expect(named.length).toBeGreaterThan(1);
      expect(named.every((line) => /: [\w.[\]*]+ is missing$/.test(line))).toBe(true);
    },
  );

  it('says what the key may not read, and that what was not answered is not known', async () => {
    const key = keyWithScopes(['experiment:read', 'user:read', 'project:read']);
    const lacking = await findingsWith(same, key);
    const verdicts = new Map(lacking.map(({ what, verdict, note }) => [what, [verdict, note]]));
    expect(verdicts.get('exposures')).toEqual(['not_reachable', 'lacks query:read']);
    expect(verdicts.get('list of experiments')).toEqual(['fits', undefined]);
  });

  it('names a refusal with another status, and does not take a failure for a difference', async () => {
    const respond = ({ path }: { path: string }) => {
      if (path.includes('/stats/')) return { status: 500, body: { detail: 'Server error.' } };
      return path.includes('/no_such_endpoint/') ? { status: 410, body: { detail: 'Endpoint not found.' } } : undefined;
    };
    const other = await startSandbox({ scenario: demoScenario, faults: { respond } });
    const findings = await findingsWith(same, other.key, other.url);
    await other.close();
    expect(findings.find(({ what }) => what === 'statistics of experiments')).toMatchObject({ verdict: 'failed' });
    expect(differing(findings)).toEqual(['text for no such endpoint: status is not 404']);
  });

  it('tells an answer about another thing from a difference of shape', async () => {
    const other = at(DETAIL_ONLY, (body) => {
      Object(body).id = 999_999;
    });
    expect(differing(await findingsWith(other))).toContain('experiment: the whole is no JSON, or about another thing');
  });

  it('holds no word and no number of the project, whatever differs', async () => {
    const words: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === 'string' && value.length > 6 && /[A-Z\s-]/.test(value)) words.push(value);
      else if (value !== null && typeof value === 'object') for (const part of Object.values(value)) collect(part);
    };
    const report = await findingsWith((json) => {
      collect(json);
      const damage = (value: unknown): unknown =>
        Array.isArray(value)
          ? value.map(damage)
          : value !== null && typeof value === 'object'
            ? Object.fromEntries(
                Object.entries(value).map(([name, part]) => [name, name === 'id' ? part : damage(part)]),
              )
            : typeof value === 'number'
              ? String(value)
              : value;
      return damage(json);
    });
    expect(differing(report).length).toBeGreaterThan(20);
    const text = JSON.stringify(report);
    expect(words.length).toBeGreaterThan(100);
    expect(words.filter((word) => text.includes(word) && !/^Experiment\w*$|^EventsNode$/.test(word))).toEqual([]);
  });
});

/** Dotted names of all that a schema names. */
/** What reading adds to an answer. */
const OWN: readonly string[] = ['unreadable', 'stored_filters'];

function namesOf(schema: unknown, path = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return namesOf(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return [...namesOf(schema.in, path), ...namesOf(schema.out, path)];
  if (schema instanceof z.ZodArray) return namesOf(schema.element, `${path}[]`);
  if (schema instanceof z.ZodRecord) return namesOf(schema.valueType, `${path}.*`);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, part]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return OWN.includes(name) ? [] : [here, ...namesOf(part, here)];
  });
}

describe('the contract', () => {
  it.each<[string, z.ZodType, z.ZodType]>([
    ['experiment', experimentWire, SHAPES.detail],
    ['flag', flagWire, SHAPES.flag],
    ['results', recalculationWire, SHAPES.results],
    ['exposures', exposuresWire, SHAPES.exposures],
    ['results by day', timeseriesWire, SHAPES.timeseries],
    ['holdout', holdoutWire, SHAPES.holdout],
    ['shared metric', savedMetricWire, SHAPES.savedMetric],
  ])('names every field of the %s that a tool reads', (_, read, contract) => {
    const named = new Set(namesOf(contract));
    expect(namesOf(read).length).toBeGreaterThan(3);
    expect(namesOf(read).filter((name) => !named.has(name))).toEqual([]);
  });
});
