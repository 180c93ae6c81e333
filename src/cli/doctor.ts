import type { Config } from '../config/config.js';
import type { Redact } from '../log.js';
import type { Upstream } from '../mcp/calls/session.js';
import type { ServedTools } from '../mcp/listing/select-tools.js';
import { type ClientOptions, createPostHogClient } from '../posthog/client.js';
import { CLOUD_ORIGINS } from '../posthog/origin.js';
import type { Route } from '../posthog/proxy.js';
import { cleanText, mapStrings } from '../render/untrusted.js';
import type { SharedStore } from '../replicas/store.js';
import { VERSION } from '../version.js';
import { runContract } from './contract.js';
import { checksOf } from './doctor/checks.js';
import { lookAtJournal } from './doctor/journal.js';
import { lookAround } from './doctor/look.js';
import { certsCheck, proxyCheck } from './doctor/network.js';
import { askRegion, type OtherRegion, otherOf } from './doctor/regions.js';
import { reportText } from './doctor/report.js';
import { storeCheck } from './doctor/store.js';
import { verdictsOn } from './doctor/verdicts.js';
import { print } from './print.js';

/** How long all questions together may take. Milliseconds. */
const DEADLINE_MS = 30_000;

/** As typed. */
export interface DoctorFlags {
  json: boolean;
  /** Whether to ask the other region of PostHog Cloud about a key that this one does not take. */
  tryRegions: boolean;
  /** Whether to look at PostHog's answers in place of the key's rights. */
  contract?: boolean;
}

export interface DoctorOptions extends DoctorFlags {
  config: Pick<Config, 'journal' | 'readOnly' | 'caFile'>;
  /** The two that may see the key; of PostHog Cloud unless given. */
  regions?: readonly string[];
  /** How requests go to an origin. */
  routeTo(origin: string): Route;
  served: ServedTools;
  upstream: Pick<Upstream, 'origin' | 'key' | 'project'>;
  /** What this process shares with others. */
  store?: SharedStore | undefined;
  redact: Redact;
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** Says whether the served tools can work, and what keeps them from it. Prints the report; returns the exit code. */
export async function runDoctor(options: DoctorOptions): Promise<0 | 1> {
  if (options.contract) return runContract({ ...options, route: options.routeTo(options.upstream.origin) });
  const { text, healthy } = await examine(options);
  await print(text);
  return healthy ? 0 : 1;
}

/** The report as it is printed. Sends only reads. */
export async function examine(options: DoctorOptions): Promise<{ text: string; healthy: boolean }> {
  const { config, served, upstream, redact, signal, routeTo, now = Date.now } = options;
  const { origin, key, project: configured } = upstream;
  const isPersonal = key.startsWith('phx_');
  const clock = watchClock(now);
  const route = routeTo(origin);
  const client = createPostHogClient({ ...asking(upstream, route, origin), onDate: clock.hear });
  const journal = await lookAtJournal(config.journal, config.readOnly);
  const api = client.forCall({ signal, deadlineMs: DEADLINE_MS });
  const findings = await lookAround(api, { configured, isPersonal }).finally(() => client.close());
  const { readings, project, failure, projectError } = findings;
  // Nothing works then, whatever the key may do.
  const isBlocked = failure !== null || projectError !== null;
  const names = served.list.map((entry) => entry.name);
  const verdicts = verdictsOn(names, isBlocked ? new Map() : readings, config.readOnly);
  const otherRegion = failure?.code === 'unauthenticated' ? await otherRegionOf(options) : null;
  const network = [proxyCheck(route, origin, failure), await certsCheck(config.caFile, now())];
  const found = checksOf({ findings, verdicts, origin, isPersonal, otherRegion, skewMs: clock.skewMs() });
  // Before lines are broken: a key over two lines would not be recognised.
  const shown = (text: string) => redact(cleanText(text));
  const all = [...network, ...found, journal.check, await storeCheck(options.store)];
  const checks = all.map(({ says, remedy, ...check }) => ({
    ...check,
    says: shown(says),
    ...(remedy === undefined ? {} : { remedy: shown(remedy) }),
  }));
  const healthy = checks.every(({ status }) => status !== 'problem');
  if (!options.json) return { healthy, text: reportText({ checks, readings, verdicts, isBlocked }) };
  const scopes = Object.fromEntries(readings);
  const facts = { ok: healthy, host: origin, project, checks, scopes, tools: verdicts, unfinished: journal.unfinished };
  const safe = mapStrings(facts, shown);
  return { healthy, text: `${JSON.stringify(safe, null, 2)}\n` };
}

function asking({ key }: Pick<Upstream, 'key'>, { proxy }: Route, origin: string): ClientOptions {
  return { origin, key, proxy, readOnly: true, version: VERSION };
}

/** Null where nobody asked for it, or the key is not for PostHog Cloud: it goes nowhere else. */
async function otherRegionOf(options: DoctorOptions): Promise<OtherRegion | null> {
  const { tryRegions, regions = CLOUD_ORIGINS, upstream, routeTo, signal } = options;
  const other = tryRegions ? otherOf(upstream.origin, regions) : null;
  if (other === null) return null;
  const client = createPostHogClient(asking(upstream, routeTo(other), other));
  return askRegion(client.forCall({ signal, deadlineMs: DEADLINE_MS })).finally(() => client.close());
}

/** Keeps the smallest difference that an answer shows: the others hold time on the way as well. */
function watchClock(now: () => number) {
  let least: number | null = null;
  return {
    hear: (date: string): void => {
      const skew = Date.parse(date) - now();
      if (!Number.isNaN(skew) && (least === null || Math.abs(skew) < Math.abs(least))) least = skew;
    },
    skewMs: () => least,
  };
}
