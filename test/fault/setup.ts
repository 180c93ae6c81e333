import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { holdsKey } from '../../proof/faults/secrets.js';
import { ToolError } from '../../src/errors.js';
import { type ClientOptions, createPostHogClient } from '../../src/posthog/client.js';
import { apiPath } from '../../src/posthog/path.js';
import type { PostHogApi, PostHogClient } from '../../src/posthog/types.js';
import { type Behaviour, type FaultServer, startFaultServer } from '../helpers/fault-server.js';

export const KEY = 'phx_canary0123456789abcdefghij';
export const ANY = z.unknown();
export const EXPERIMENT = apiPath`/api/projects/${1}/experiments/${77}/`;
export const LAUNCH = apiPath`/api/projects/${1}/experiments/${77}/launch/`;

export interface Setup {
  server: FaultServer;
  client: PostHogClient;
  /** The API of one call that nobody cancels. */
  api: PostHogApi;
  /** The API of a call that `cancel` ends. */
  cancellable(): { api: PostHogApi; cancel: () => void };
}

/** A client of a server that plays `behaviours`; both end with the test. */
export async function setUp(behaviours: Behaviour[], options: Partial<ClientOptions> = {}): Promise<Setup> {
  const server = await startFaultServer(...behaviours);
  const client = createPostHogClient({ origin: server.origin, key: KEY, readOnly: false, random: () => 0, ...options });
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  return {
    server,
    client,
    api: client.forCall({ signal: new AbortController().signal }),
    cancellable: () => {
      const controller = new AbortController();
      return { api: client.forCall({ signal: controller.signal }), cancel: () => controller.abort() };
    },
  };
}

/** The error that `call` rejects with; it must be a `ToolError` that does not hold the key. */
export async function errorOf(call: Promise<unknown>): Promise<ToolError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`it succeeded with ${JSON.stringify(outcome.value)}`);
  const { error } = outcome;
  if (!(error instanceof ToolError)) throw error;
  const said = JSON.stringify([error.message, error.hint, error.fields]);
  expect(said).not.toContain('canary');
  expect(holdsKey(said, KEY), said).toBe(false);
  expect(error.cause).toBeUndefined();
  return error;
}
