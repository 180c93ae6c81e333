import { ConfigError } from '../errors.js';
import { LOG_LEVELS, type LogLevel } from '../log.js';
import { parseKey } from '../posthog/key.js';
import { parseHost } from '../posthog/origin.js';
import { type Route, routeTo } from '../posthog/proxy.js';
import { hasControls, storedTag } from '../schema/stripped.js';
import { ANSWER_FORMS, type AnswerForm, TOOLSETS, type Toolset } from '../tool.js';
import { CONFIRM_MODES, type ConfirmMode } from '../writes/pipeline/consent.js';
import type { OnlyExperiments } from '../writes/pipeline/only.js';
import { type Command, parseCommand, parseFlags } from './command.js';
import { type HttpConfig, httpOf } from './http.js';
import {
  booleanOf,
  choiceOf,
  type Env,
  listOf,
  present,
  type Secret,
  type Setting,
  secret,
  secretOf,
  setting,
  textOf,
} from './setting.js';
import { type StoreConfig, storeOf } from './store.js';

export interface PostHogConfig {
  /** As `parseHost` returned it. */
  origin: string;
  key: Secret;
  project: number | '@current';
  /** How requests go to an origin: straight, or through a proxy of the environment. */
  routeTo(origin: string): Route;
}

export interface Config {
  command: Command;
  /** Whether calls go to the embedded sandbox. */
  sandbox: boolean;
  /** `demo`, `empty` or a file. */
  scenario: string;
  readOnly: boolean;
  /** Undefined where not configured. */
  toolsets: readonly (Toolset | 'all')[] | undefined;
  /** Undefined where not configured; the names are checked where the tools are known. */
  tools: readonly string[] | undefined;
  /** The flag or variable that `tools` came from. */
  toolsFrom: string | undefined;
  confirm: ConfirmMode;
  /** What of each answer MCP clients are sent. */
  answers: AnswerForm;
  /** Signs confirmations; undefined: a key derived from the PostHog key does. */
  secret: Secret | undefined;
  /** Live and destructive calls within any hour; undefined: no limit. */
  maxLivePerHour: number | undefined;
  /** The experiments that live and destructive calls may touch; undefined: all. */
  only: OnlyExperiments | undefined;
  /** File that writes are recorded in; undefined where not configured. */
  journal: string | undefined;
  /** What the processes of one deployment share; undefined: each process keeps it for itself. */
  store: StoreConfig | undefined;
  logLevel: LogLevel;
  /** Null but for the command `http`. */
  http: HttpConfig | null;
  /** File of certificate authorities that Node trusts besides its own; read by Node alone, when it starts. */
  caFile: string | undefined;
  /** Null where no real PostHog is asked: in the sandbox, and for commands that ask none. */
  posthog: PostHogConfig | null;
  /** Why `posthog` is null although a real PostHog is asked; only for `stdio`, which then says so in every answer. */
  problem: string | undefined;
}

/**
 * The whole configuration, from the arguments (without node and script) and the environment; a flag wins over its
 * variable and a variable that is empty, or that a host did not fill, counts as unset.
 * @throws ConfigError with one line that names what is wrong and what to set.
 */
export function readConfig(argv: readonly string[] = process.argv.slice(2), env: Env = process.env): Config {
  const { values, positionals } = parseFlags(argv);
  const command = parseCommand(values, positionals);
  // Whoever asks for help must get it, however broken the environment is. The demo sets everything itself.
  if (['help', 'version', 'demo'].includes(command.name)) return Object.freeze({ ...DEFAULTS, command });
  const sandbox = values.sandbox ?? booleanOf('POSTHOG_SANDBOX', env);
  const needsPostHog = !sandbox && ASKS_POSTHOG.includes(command.name);
  if (needsPostHog && values.scenario !== undefined) {
    throw new ConfigError('--scenario needs --sandbox as well; without it, calls go to PostHog itself.');
  }
  const tools = setting('--tools', values.tools, 'POSTHOG_MCP_TOOLS', env);
  const http = command.name === 'http' ? httpOf(values, env) : null;
  return Object.freeze({
    command,
    sandbox,
    scenario: textOf('--scenario', values.scenario) ?? present(env.POSTHOG_SANDBOX_SCENARIO) ?? DEFAULTS.scenario,
    readOnly: values['read-only'] ?? booleanOf('POSTHOG_MCP_READ_ONLY', env),
    toolsets: toolsetsOf(setting('--toolsets', values.toolsets, 'POSTHOG_MCP_TOOLSETS', env)),
    tools: listOf(tools),
    toolsFrom: tools?.source,
    confirm:
      choiceOf(setting('--confirm', values.confirm, 'POSTHOG_MCP_CONFIRM', env), CONFIRM_MODES) ?? DEFAULTS.confirm,
    answers:
      choiceOf(setting('--answers', values.answers, 'POSTHOG_MCP_ANSWERS', env), ANSWER_FORMS) ?? DEFAULTS.answers,
    secret: signingSecretOf('POSTHOG_MCP_SECRET', env),
    maxLivePerHour: hourlyOf(
      setting('--max-live-writes', values['max-live-writes'], 'POSTHOG_MCP_MAX_LIVE_WRITES', env),
    ),
    only: onlyOf(setting('--only-experiments', values['only-experiments'], 'POSTHOG_MCP_ONLY_EXPERIMENTS', env)),
    journal: setting('--journal', values.journal, 'POSTHOG_MCP_JOURNAL', env)?.value,
    store: storeOf(setting('--store', values.store, 'POSTHOG_MCP_STORE', env)),
    logLevel:
      choiceOf(setting('--log-level', values['log-level'], 'POSTHOG_MCP_LOG_LEVEL', env), LOG_LEVELS) ??
      DEFAULTS.logLevel,
    http,
    caFile: present(env.NODE_EXTRA_CA_CERTS),
    ...(needsPostHog ? posthogFor(command, env, http?.auth !== 'per-user') : { posthog: null, problem: undefined }),
  });
}

/** Shorter ones can be guessed by trying. Characters. */
const MIN_SECRET = 32;

function signingSecretOf(variable: string, env: Env): Secret | undefined {
  const given = secretOf(variable, env);
  if (given !== undefined && given.reveal().length < MIN_SECRET)
    throw new ConfigError(
      `${variable} must have at least ${MIN_SECRET} characters; set a long random text, such as the output of "openssl rand -hex 32".`,
    );
  return given;
}

/** Commands that talk to PostHog, or to the sandbox in its place. */
const ASKS_POSTHOG: readonly Command['name'][] = ['stdio', 'http', 'call', 'report', 'doctor'];

const DEFAULTS: Config = {
  command: { name: 'stdio' },
  sandbox: false,
  scenario: 'demo',
  readOnly: false,
  toolsets: undefined,
  tools: undefined,
  toolsFrom: undefined,
  confirm: 'auto',
  answers: 'both',
  secret: undefined,
  maxLivePerHour: undefined,
  only: undefined,
  journal: undefined,
  store: undefined,
  logLevel: 'info',
  http: null,
  caFile: undefined,
  posthog: null,
  problem: undefined,
};

/** The server that a client starts lives on without PostHog: what it would say on stderr, clients hide. */
function posthogFor({ name }: Command, env: Env, needsKey: boolean): Pick<Config, 'posthog' | 'problem'> {
  try {
    return { posthog: posthogOf(env, needsKey), problem: undefined };
  } catch (error) {
    if (name !== 'stdio' || !(error instanceof ConfigError)) throw error;
    return { posthog: null, problem: error.message };
  }
}

/** @param needsKey false where each caller brings a key */
function posthogOf(env: Env, needsKey: boolean): PostHogConfig {
  const origin = parseHost(present(env.POSTHOG_HOST) ?? 'https://us.posthog.com');
  const key = secret(needsKey ? parseKey(present(env.POSTHOG_PERSONAL_API_KEY), origin) : '');
  const project = projectOf(present(env.POSTHOG_PROJECT_ID));
  const posthog = { origin, key, project, routeTo: (to: string) => routeTo(to, env) };
  // A proxy that cannot be used ends the start, not the first call.
  posthog.routeTo(origin);
  return Object.freeze(posthog);
}

function projectOf(value = '@current'): number | '@current' {
  if (value === '@current') return value;
  if (!/^[1-9]\d*$/.test(value) || !Number.isSafeInteger(Number(value))) {
    throw new ConfigError('POSTHOG_PROJECT_ID must be a positive whole number or @current; leave it out for @current.');
  }
  return Number(value);
}

function toolsetsOf(given: Setting | undefined): readonly (Toolset | 'all')[] | undefined {
  if (given === undefined) return undefined;
  const allowed = [...TOOLSETS, 'all'] as const;
  return Object.freeze(
    (listOf(given) ?? []).map((name) => {
      const known = allowed.find((one) => one === name);
      if (known !== undefined) return known;
      const shown = /^[\w-]{1,40}$/.test(name) ? `"${name}"` : 'an unknown toolset';
      throw new ConfigError(`${given.source} names ${shown}; the toolsets are ${allowed.join(', ')}.`);
    }),
  );
}

/** `20/hour`; the unit is there so that nobody takes it for a day. */
function hourlyOf(given: Setting | undefined): number | undefined {
  if (given === undefined) return undefined;
  const [, count] = /^(\d{1,6})\/hour$/.exec(given.value) ?? [];
  if (count === undefined) throw new ConfigError(`${given.source} must be a number an hour, such as 20/hour.`);
  return Number(count);
}

function onlyOf(given: Setting | undefined): OnlyExperiments | undefined {
  if (given === undefined) return undefined;
  const tag = storedTag(/^tag:(.{1,255})$/.exec(given.value)?.[1] ?? '');
  if (tag && !hasControls(given.value)) return Object.freeze({ tag });
  const names = listOf(given) ?? [];
  const ids = names.map(Number);
  const areIds = names.every((name) => /^[1-9]\d*$/.test(name)) && ids.every(Number.isSafeInteger);
  if (areIds) return Object.freeze({ ids });
  throw new ConfigError(`${given.source} must be ids of experiments, such as 12,15, or a tag, such as tag:agent.`);
}
