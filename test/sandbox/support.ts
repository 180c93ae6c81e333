import { afterEach } from 'vitest';
import { z } from 'zod';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';

export interface Reply {
  status: number;
  text: string;
  headers: Headers;
  /** Parsed body; an empty object for an empty one. */
  json: Record<string, unknown>;
}

export interface CallOptions {
  body?: unknown;
  key?: string;
}

export interface Bench {
  sandbox: Sandbox;
  /** Path below the main project, e.g. `/experiments/1/`; one that starts with `/api` is taken as it is. */
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  patch(path: string, body: unknown): Promise<Reply>;
  /** Moves the sandbox's clock. */
  advance(milliseconds: number): void;
  /** Creates a draft and returns its path. */
  draft(body?: object): Promise<string>;
}

const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

const record = z.record(z.string(), z.unknown());

export const START = '2026-09-01T12:00:00Z';

/** A fresh sandbox with a clock that stands still; it is closed after the test. */
export async function bench(options: SandboxOptions = {}): Promise<Bench> {
  let time = Date.parse(START);
  let drafts = 0;
  const sandbox = await startSandbox({ now: () => new Date(time), ...options });
  open.push(sandbox);
  const call: Bench['call'] = async (method, path, { body, key = sandbox.key } = {}) => {
    const url = path.startsWith('/api') ? path : `/api/projects/${sandbox.projectId}${path}`;
    const response = await fetch(`${sandbox.url}${url}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text === '' ? {} : record.parse(JSON.parse(text));
    return { status: response.status, text, headers: response.headers, json };
  };
  const post: Bench['post'] = (path, body) => call('POST', path, { body });
  return {
    sandbox,
    call,
    get: (path) => call('GET', path),
    post,
    patch: (path, body) => call('PATCH', path, { body }),
    advance: (milliseconds) => {
      time += milliseconds;
    },
    async draft(body = {}) {
      drafts += 1;
      const created = await post('/experiments/', {
        name: `Experiment ${drafts}`,
        feature_flag_key: `flag-${drafts}`,
        ...body,
      });
      if (created.status !== 201) throw new Error(`Not created: ${created.text}`);
      return `/experiments/${created.json.id}/`;
    },
  };
}

/** The standard error body of a service rule. */
export function rule(detail: string) {
  return { type: 'validation_error', code: 'invalid_input', detail, attr: null };
}

/** A value inside a reply by its path, e.g. `at(json, 'feature_flag', 'filters')`. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return record.parse(inner)[key];
  }, value);
}

/** The list under a path. */
export function listAt(value: unknown, ...path: (string | number)[]): Record<string, unknown>[] {
  return z.array(record).parse(at(value, ...path));
}

export const MEAN_METRIC = {
  kind: 'ExperimentMetric',
  metric_type: 'mean',
  source: { kind: 'EventsNode', event: 'purchase_completed' },
};
