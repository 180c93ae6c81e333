import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { approve, type Decision, reject } from './approvals/decide.js';
import { ApiError } from './http/api-error.js';
import { KEYS } from './http/auth.js';
import { type FaultRequest, type Faults, writeFault } from './http/faults.js';
import { parseBody, parseTarget, readBody, type WireAnswer, writeAnswer } from './http/http.js';
import { dispatch } from './http/router.js';
import { ROUTES } from './routes.js';
import { applyScenario, type Scenario } from './scenario/scenario.js';
import { parseSdkBody, Refusal } from './sdk/request.js';
import { answerSdk, sdkRoute } from './sdk/routes.js';
import { createStore, type Store } from './store/store.js';
import { OTHER_USER } from './store/users.js';

const LOOPBACK = '127.0.0.1';
const DEFAULT_PROJECT = { id: 1, name: 'Sandbox' };
/** Older records are forgotten. */
const MAX_RECORDS = 10_000;

export interface SandboxOptions {
  /** Port on loopback; 0 (default) takes a free one. */
  port?: number;
  scenario?: Scenario;
  now?: () => Date;
  faults?: Faults;
}

/** A request that arrived and the status that it was answered with. */
export interface RequestRecord {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Undefined for events, which would fill the memory. */
  body: unknown;
  /** Null while no answer was sent, e.g. after a fault that hangs or destroys. */
  status: number | null;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  url: string;
  /** May read and write both projects. */
  key: string;
  readOnlyKey: string;
  /** All scopes, restricted to the other project. */
  otherProjectKey: string;
  /** Of the main project, for SDKs. */
  projectToken: string;
  /** Of the main project, for local evaluation of flags. */
  projectSecretKey: string;
  /** A colleague's: like `key`, but the activity log shows another user. */
  otherUserKey: string;
  projectId: number;
  otherProjectId: number;
  /** Last 10,000 requests, oldest first. */
  requests: readonly RequestRecord[];
  store: Store;
  /** Approves a change request as the colleague. Throws where there is none with this id, or it waits no longer. */
  approve(changeRequestId: string): Decision;
  /** Rejects a change request as the colleague; throws like `approve`. */
  reject(changeRequestId: string, reason?: string): Decision;
  close(): Promise<void>;
}

interface Running {
  store: Store;
  requests: RequestRecord[];
  faults: Faults;
}

function jsonOrUndefined(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError || error instanceof Refusal) return undefined;
    throw error;
  }
}

async function answerOf(ask: () => WireAnswer | Promise<WireAnswer>): Promise<WireAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError) return error;
    const detail = 'A server error occurred.';
    return { status: 500, body: { type: 'server_error', code: 'error', detail, attr: null } };
  }
}

async function serve(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { store, requests, faults } = running;
  const origin = `http://${LOOPBACK}:${request.socket.localPort}`;
  const url = parseTarget(request.url ?? '/', origin);
  const bytes = await readBody(request);
  if (url === null) {
    const detail = 'Invalid request target.';
    writeAnswer(response, { status: 400, body: { type: 'invalid_request', code: 'invalid', detail, attr: null } });
    return;
  }
  const { method = 'GET', headers } = request;
  const { pathname: path, searchParams: query } = url;
  const route = sdkRoute(path);
  const read = () => (route ? parseSdkBody(bytes) : parseBody(bytes, headers['content-type']));
  const body = route?.takesEvents ? undefined : jsonOrUndefined(read);
  const seen: FaultRequest = { method, path, query, body };
  const record: RequestRecord = { ...seen, query: Object.fromEntries(query), status: null };
  requests.push(record);
  if (requests.length > MAX_RECORDS) requests.shift();
  const fault = await faults.respond?.(seen);
  const ask = () => {
    if (route) return answerSdk(route, { method, query, headers, readBody: read, store });
    const { authorization, 'x-posthog-client': client } = headers;
    const named = typeof client === 'string' ? client : null;
    return dispatch(ROUTES, { ...seen, origin, authorization, client: named, readBody: read }, store);
  };
  const result = fault && !fault.applied ? null : await answerOf(ask);
  if (fault) record.status = writeFault(response, fault);
  else if (result) {
    record.status = result.status;
    writeAnswer(response, result);
  }
}

function colleagueOf(store: Store): Pick<Sandbox, 'approve' | 'reject'> {
  const decide = (id: string, how: typeof approve, reason: string) => {
    const row = store.changeRequests.get(id);
    if (!row) throw new Error(`The sandbox has no change request ${id}.`);
    return store.actAs(OTHER_USER, () => how(row, reason, store));
  };
  return {
    approve: (id) => decide(id, approve, ''),
    reject: (id, reason = 'Not now.') => decide(id, reject, reason),
  };
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
      else reject(new Error('The sandbox has no address.'));
    });
  });
}

/** Starts PostHog's experiments API on loopback. Rejects where the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, scenario, now = () => new Date(), faults = {} } = options;
  const store = createStore({ project: { ...DEFAULT_PROJECT, ...scenario?.project }, now });
  if (scenario) applyScenario(store, scenario);
  const requests: RequestRecord[] = [];
  const running = { store, requests, faults };
  const server = createServer((request, response) => {
    serve(running, request, response).catch(() => response.destroy());
  });
  const address = await listen(server, port);
  return {
    url: `http://${LOOPBACK}:${address.port}`,
    key: KEYS.fullAccess,
    readOnlyKey: KEYS.readOnly,
    otherProjectKey: KEYS.otherProject,
    otherUserKey: KEYS.otherUser,
    projectToken: store.mainProject.api_token,
    projectSecretKey: KEYS.projectSecret,
    projectId: store.mainProject.id,
    otherProjectId: store.otherProject.id,
    requests,
    store,
    ...colleagueOf(store),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
