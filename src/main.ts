import { Console } from 'node:console';
import type { DoctorFlags } from './cli/doctor.js';
import { print } from './cli/print.js';
import { type Config, readConfig } from './config/config.js';
import { ConfigError } from './errors.js';
import { CATALOGUE } from './generated/tools.js';
import { createLog, createRedactor, type Log, type Redact } from './log.js';
import { createSession, type Session, type SessionOptions, type Upstream } from './mcp/calls/session.js';
import { selectTools } from './mcp/listing/select-tools.js';
import { DIRECT, secretsOf } from './posthog/proxy.js';
import type { RedisStore } from './replicas/redis.js';
import { VERSION } from './version.js';
import type { Journal } from './writes/pipeline/journal.js';

/** How long the pool may take to close once the last answer is out. Milliseconds. */
const CLOSE_MS = 400;
/** How long a command that is done waits for the journal to be read, whose warnings are not to be lost. Milliseconds. */
const TELL_MS = 5_000;

interface Runtime {
  config: Config;
  log: Log;
  redact: Redact;
}

async function run(runtime: Runtime): Promise<number> {
  const { command } = runtime.config;
  switch (command.name) {
    case 'help':
      await print((await import('./cli/help.js')).HELP);
      return 0;
    case 'version':
      await print(`${VERSION}\n`);
      return 0;
    case 'tools':
      await print((await import('./cli/tools.js')).toolsText(servedTools(runtime), command.json));
      return 0;
    case 'sandbox': {
      const stop = stopSignal();
      const { openSandbox, runSandbox } = await import('./cli/sandbox.js');
      await runSandbox(await openSandbox(runtime.config.scenario, command.port), stop);
      return 0;
    }
    case 'demo':
      return (await import('./cli/demo.js')).runDemo({ fast: command.fast });
    case 'doctor':
      return examine(runtime, command);
    case 'call': {
      const { runCall } = await import('./cli/call.js');
      const signal = stopSignal();
      const entries = servedTools(runtime);
      return withSession(runtime, (session) => runCall({ ...command, signal }, entries, session));
    }
    case 'report': {
      const { runReport } = await import('./cli/report.js');
      const signal = stopSignal();
      return withSession(runtime, (session) => runReport({ ...command, signal, now: new Date() }, session));
    }
    case 'http':
      return serveOverHttp(runtime);
    case 'stdio':
      return serve(runtime);
  }
}

async function serve(runtime: Runtime): Promise<number> {
  const entries = servedTools(runtime);
  const { config, log, redact } = runtime;
  const { answers, problem } = config;
  const stop = stopSignal();
  const [{ createMcpServer }, { serveOverStdio }] = await Promise.all([
    import('./mcp/server.js'),
    import('./transports/stdio.js'),
  ]);
  const serveCalls = (call: Session['call']) => {
    const createServer = () => createMcpServer({ version: VERSION, answers, entries, call });
    return serveOverStdio({ createServer, log, stop });
  };
  if (problem === undefined)
    return withSession(runtime, async (session) => {
      await serveCalls(session.call);
      return 0;
    });
  complain(new ConfigError(problem), { redact, debug: false });
  await serveCalls((await import('./mcp/calls/not-configured.js')).notConfigured(problem, redact));
  return 2;
}

async function examine(runtime: Runtime, asked: DoctorFlags): Promise<number> {
  const { config, redact } = runtime;
  const served = servedTools(runtime);
  const signal = stopSignal();
  const { runDoctor } = await import('./cli/doctor.js');
  const upstream = await (await upstreamOf(config))();
  const store = await openStoreOf(runtime);
  try {
    const routeTo = config.posthog?.routeTo ?? (() => DIRECT);
    return await runDoctor({ config, ...asked, served, upstream, store, routeTo, redact, signal });
  } finally {
    store?.close();
    await upstream.close();
  }
}

async function serveOverHttp(runtime: Runtime): Promise<number> {
  const { config, log } = runtime;
  const { http } = config;
  if (http === null) throw new Error('the command http has its configuration');
  const stop = stopSignal();
  const served = servedTools(runtime);
  const { runHttp } = await import('./cli/http.js');
  const store = await openStoreOf(runtime);
  return runHttp({
    http,
    answers: config.answers,
    served,
    version: VERSION,
    origin: originOf(config),
    store,
    log,
    stop,
    withSession: (client, use) => withSession(runtime, (session) => use(session.call), { client, store }),
  });
}

function servedTools({ config }: Runtime) {
  return selectTools(CATALOGUE, config);
}

async function tellUnfinished(path: string, log: Log): Promise<void> {
  return (await import('./journal/unfinished.js')).tellUnfinished(path, log);
}

/** Opens a session for `use` and closes it, within bounds, when `use` is done. */
async function withSession(
  runtime: Runtime,
  use: (session: Session) => Promise<number>,
  serving?: { client: SessionOptions['client']; store: RedisStore | undefined },
): Promise<number> {
  const { config, log, redact } = runtime;
  const openUpstream = await upstreamOf(config);
  const journal = await openJournalOf(runtime);
  const store = serving ? serving.store : await openStoreOf(runtime);
  const told = config.journal === undefined ? undefined : tellUnfinished(config.journal, log);
  const { readOnly, confirm, secret, maxLivePerHour, only } = config;
  const session = createSession({
    version: VERSION,
    openUpstream,
    readOnly,
    log,
    redact,
    confirm: { mode: confirm, secret: secret?.reveal(), oneCall: config.sandbox && config.command.name === 'call' },
    limits: { maxLivePerHour, only },
    ...(journal ? { journal } : {}),
    store,
    ...(serving?.client ? { client: serving.client } : {}),
  });
  try {
    return await use(session);
  } finally {
    await Promise.all([within(TELL_MS, told), within(CLOSE_MS, session.close())]);
    store?.close();
  }
}

async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
}

/** Undefined where none is configured, and where nothing will be written. */
async function openJournalOf({ config, log, redact }: Runtime): Promise<Journal | undefined> {
  if (config.journal === undefined || config.readOnly) return undefined;
  const { openJournal } = await import('./journal/journal.js');
  return openJournal(config.journal, { redact, now: () => new Date(), log });
}

/** Undefined where none is configured: the process then shares nothing. */
async function openStoreOf({ config, log }: Runtime): Promise<RedisStore | undefined> {
  if (config.store === undefined) return undefined;
  const { createRedisStore } = await import('./replicas/redis.js');
  return createRedisStore({ address: config.store, origin: originOf(config), log });
}

/** The sandbox starts with the first call, on this machine. */
function originOf({ posthog }: Config): string {
  return posthog?.origin ?? 'http://127.0.0.1';
}

/** The real PostHog, or the sandbox, which starts with the first call. A broken scenario file ends the start. */
async function upstreamOf({ posthog, scenario }: Config): Promise<() => Promise<Upstream>> {
  if (posthog) {
    const { origin, key, project } = posthog;
    const { proxy } = posthog.routeTo(origin);
    return async () => ({ origin, key: key.reveal(), project, proxy, close: async () => undefined });
  }
  if (scenario !== 'demo' && scenario !== 'empty') await (await import('./cli/sandbox.js')).loadScenario(scenario);
  return async () => {
    const { openSandbox } = await import('./cli/sandbox.js');
    const sandbox = await openSandbox(scenario);
    return { origin: sandbox.url, key: sandbox.key, project: sandbox.projectId, close: () => sandbox.close() };
  };
}

/** Aborts when the process is asked to end; the command then ends by itself, with exit code 0. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** One line on stderr; the stack only for those who debug. */
function complain(error: unknown, { redact, debug }: { redact: Redact; debug: boolean }): void {
  const text =
    error instanceof Error ? (debug && error.stack) || error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error);
  process.stderr.write(`${redact(text)}\n`);
}

/** What code of others prints must not get between the frames on stdout. */
function keepStdoutClean(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
  // The reader of stderr may go first; that is no reason to fail.
  process.stderr.on('error', () => undefined);
}

/** Each of the tokens, since a log may meet one alone. */
function httpSecrets({ http }: Config): { reveal(): string }[] {
  const tokens = http?.tokens?.reveal().split(',') ?? [];
  return tokens.map((token) => ({ reveal: () => token.split(':').at(-1)?.trim() ?? '' }));
}

function proxySecrets({ posthog }: Config): string[] {
  return posthog ? secretsOf(posthog.routeTo(posthog.origin).proxy) : [];
}

async function main(): Promise<number> {
  let redact: Redact = createRedactor([]);
  let debug = false;
  const fail = (error: unknown): number => {
    complain(error, { redact, debug });
    return error instanceof ConfigError ? 2 : 1;
  };
  process.on('uncaughtException', (error) => process.exit(fail(error)));
  process.on('unhandledRejection', (error) => process.exit(fail(error)));
  try {
    const config = readConfig();
    debug = config.logLevel === 'debug';
    redact = createRedactor([
      ...[config.posthog?.key, config.secret, config.store?.password, ...httpSecrets(config)].flatMap(
        (one) => one?.reveal() ?? [],
      ),
      ...proxySecrets(config),
    ]);
    return await run({ config, redact, log: createLog({ level: config.logLevel, redact }) });
  } catch (error) {
    return fail(error);
  }
}

keepStdoutClean();
process.exit(await main());
