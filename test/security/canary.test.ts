import { describe, expect, it } from 'vitest';
import { holdsKey } from '../../proof/faults/secrets.js';
import type { Fault } from '../../src/sandbox/http/faults.js';
import { experimentRow } from '../helpers/rows.js';
import { RUNNING } from '../helpers/shop.js';
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
    'another type of content': { headers: { 'content-type': `text/${'x'.repeat(20)}${key}` }, raw: all },
    'another encoding': { headers: { ...json, 'content-encoding': `x-${key}` }, raw: all },
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
  'experiments-bulk-update-tags-create',
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

/** The beginning of the sandbox's key, as far as it is no ordinary word: a key that is cut still begins with it. */
const BEGINNING = 'phx_sa';

function holdsPiece(text: string): boolean {
  return text.toLowerCase().includes(BEGINNING);
}

/** Where foreign text is cut, with the request that it is the answer to. */
const CUT: Readonly<Record<string, (text: string) => Fault>> = {
  'a type of content': (text) => ({ status: 200, headers: { 'content-type': `a/${text}` }, raw: 'x' }),
  'an encoding': (text) => ({ status: 200, headers: { ...json, 'content-encoding': text }, raw: '{}' }),
  'a page': (text) => ({ status: 200, headers: { 'content-type': 'text/html' }, raw: `<p>${text}</p>` }),
  'a page of an error': (text) => ({ status: 404, headers: { 'content-type': 'text/html' }, raw: `<p>${text}</p>` }),
  'the words of an error': (text) => ({ status: 400, body: { detail: text } }),
  'the words of an error, in escapes': (text) => ({
    status: 400,
    headers: json,
    raw: `{"detail":"${Array.from(text, (one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')}"}`,
  }),
};
/** How far before the key texts are cut. */
const LENGTHS = [20, 30, 40, 180, 190, 1_980];

describe('risk 19: a key that stands where a text is cut', () => {
  it.each(Object.entries(CUT))('leaves no piece of it of %s', async (_, answer) => {
    let fault: Fault = { status: 500 };
    const world = await openWorld({ faults: { respond: () => fault } });
    for (const length of LENGTHS)
      for (let more = 0; more < 12; more += 3) {
        fault = answer(`${'. '.repeat((length + more) / 2)}${world.sandbox.key} and more`);
        const { data, text } = await world.call('experiment-get', VALID_CALLS['experiment-get']);
        expect(holdsPiece(`${text}\n${JSON.stringify(data)}`), text).toBe(false);
      }
  });

  it('leaves no piece of it of a value in the activity of an experiment', async () => {
    const world = await openWorld();
    for (let length = 150; length < 210; length += 5) {
      const [entry] = experimentRow(world, RUNNING).activity;
      if (!entry) throw new Error('there is no activity');
      entry.changes = [
        { field: 'name', before: null, after: `${'. '.repeat(length / 2)}${world.sandbox.key} and more` },
      ];
      const { data, text } = await world.call('experiment-activity', { id: RUNNING });
      expect(holdsPiece(`${text}\n${JSON.stringify(data)}`), text).toBe(false);
    }
  });
});
