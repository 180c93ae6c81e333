import type { Fault, FaultRequest } from '../../src/sandbox/http/faults.js';

type Echo = (request: FaultRequest, key: string) => Fault;

/** The key in all forms that it could be found by. */
export function said(key: string): string {
  const encoded = ['', 'x', 'xy'].map((before) => Buffer.from(`${before}${key}`).toString('base64'));
  return `${key} ${encoded.join(' ')} Authorization: Bearer ${key}`;
}

function experiment(text: string): object {
  const flag = { id: 2, key: 'a', active: false, filters: { groups: [], multivariate: null }, name: text };
  const facts = { id: 1, name: text, description: text, feature_flag_key: 'a', feature_flag: flag, status: 'draft' };
  return { ...facts, start_date: null, end_date: null, archived: false, parameters: {}, metrics: [] };
}

/** Ways in which PostHog, or a proxy before it, could say a caller's key back. */
export const ROUTES_THAT_ECHO: readonly (readonly [string, Echo])[] = [
  [
    'in an error',
    (_, key) => ({ status: 400, body: { type: 'validation_error', code: 'x', detail: said(key), attr: said(key) } }),
  ],
  [
    'in texts of what it stores',
    (_, key) => {
      const one = experiment(said(key));
      return { status: 200, body: { ...one, count: 1, results: [one], next: null } };
    },
  ],
  ['in a page', (_, key) => ({ status: 502, headers: { 'content-type': 'text/html' }, raw: `<p>${said(key)}</p>` })],
  [
    'in a redirect',
    (_, key) => ({ status: 302, headers: { location: `http://127.0.0.1:9/${key}` }, body: { detail: said(key) } }),
  ],
  [
    'in an answer to a write that does not fit',
    ({ method }, key) =>
      method === 'GET'
        ? { status: 200, body: { ...experiment(said(key)), count: 0, results: [], next: null } }
        : { status: 200, body: { [said(key)]: said(key) } },
  ],
];
