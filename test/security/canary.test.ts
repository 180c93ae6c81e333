import { describe, expect, it } from 'vitest';
import { holdsKey } from '../../proof/faults/secrets.js';
import type { Fault } from '../../src/sandbox/http/faults.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { openWorld } from '../helpers/world.js';

const STATUSES = [200, 201, 302, 400, 401, 402, 403, 404, 405, 409, 413, 415, 418, 429, 500, 502, 503, 504] as const;
const json = { 'content-type': 'application/json' };

/** Ways in which a server or a proxy could say the key back. */
function echoes(key: string): Record<string, Omit<Fault, 'status'>> {
  const base64 = Buffer.from(key).toString('base64');
  const shifted = Buffer.from(`Bearer ${key}`).toString('base64url');
  const all = `${key} ${base64} ${shifted} ${encodeURIComponent(key)} Authorization: Bearer ${key}`;
  const experiment = {
    id: 2,
    name: all,
    description: all,
    feature_flag_key: key,
    status: all,
    feature_flag: { id: 2, key, active: true, filters: { groups: [{ properties: [all] }], multivariate: null } },
    metrics: [{ uuid: key, name: all, metric_type: 'mean', source: { event: all } }],
  };
  return {
    'the standard error': {
      body: { type: 'authentication_error', code: key, detail: `Bad key ${all}.`, attr: key, [key]: key },
    },
    'an experiment': { body: { ...experiment, count: 1, results: [experiment], next: `http://x/?offset=${key}` } },
    'an approval': {
      body: {
        code: 'approval_required',
        detail: all,
        change_request_id: key,
        current_version: 1,
        conflicting_fields: [key],
      },
    },
    'a page': { headers: { 'content-type': 'text/html' }, raw: `<html>${all}</html>` },
    'broken JSON': { headers: json, raw: `{"detail": "${all}` },
    'headers and nothing': {
      headers: { location: `http://127.0.0.1:9/${key}`, 'retry-after': '900', 'x-key': key },
      raw: '',
    },
    'a cut connection': { headers: json, raw: `{"detail": "${key}`, end: 'destroy' },
  };
}

const CALLS = [
  'experiment-get',
  'experiment-list',
  'experiment-launch',
  'experiment-update',
  'experiment-create',
  'project-list',
  'experiments-bulk-update-tags',
];

const CASES = Object.entries(echoes('')).flatMap(([kind, { end }]) =>
  (end === undefined ? STATUSES : [200 as const]).map((status) => [kind, status] as const),
);

describe.each(['every request', 'writes only'])('risk 19: a key that comes back to %s', (which) => {
  it.each(CASES)('in %s with status %i is in no answer, in no form', async (kind, status) => {
    const state = { key: '' };
    const world = await openWorld({
      // What became of a write is looked at once: the answers are the point here, not the waiting.
      patienceMs: [0],
      faults: {
        respond: ({ method }) => {
          if (method === 'GET' && which === 'writes only') return undefined;
          const fault = echoes(state.key)[kind];
          // Without the wait reads would be tried again, which shows nothing new.
          return { ...fault, status, headers: { 'retry-after': '900', ...fault?.headers } };
        },
      },
    });
    state.key = world.sandbox.key;
    for (const tool of CALLS) {
      const { data, text } = await world.call(tool, VALID_CALLS[tool]);
      const said = `${text}\n${JSON.stringify(data)}`;
      expect(holdsKey(said, state.key), `${tool}: ${said}`).toBe(false);
      expect(text).not.toMatch(/\n\s+at |node_modules|\/home\//);
    }
  });
});
