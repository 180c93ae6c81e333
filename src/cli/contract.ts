import type { Finding, Verdict } from '../contract/notes.js';
import { walk } from '../contract/walk.js';
import type { Redact } from '../log.js';
import type { Upstream } from '../mcp/calls/session.js';
import { createPostHogClient } from '../posthog/client.js';
import type { Route } from '../posthog/proxy.js';
import { cleanText, mapStrings } from '../render/untrusted.js';
import { VERSION } from '../version.js';
import { print } from './print.js';

/** A first calculation of exposures can take PostHog a minute. Milliseconds. */
const DEADLINE_MS = 5 * 60_000;

export interface ContractOptions {
  json: boolean;
  upstream: Pick<Upstream, 'origin' | 'key' | 'project'>;
  route: Route;
  redact: Redact;
  signal: AbortSignal;
}

/** Holds what PostHog answers against what the tools expect, by reads alone. Prints the report; returns the exit code. */
export async function runContract(options: ContractOptions): Promise<0 | 1> {
  const { json, upstream, route, redact, signal } = options;
  const { origin, key, project } = upstream;
  const client = createPostHogClient({ origin, key, proxy: route.proxy, readOnly: true, version: VERSION });
  const api = client.forCall({ signal, deadlineMs: DEADLINE_MS });
  const isPersonal = key.startsWith('phx_');
  const findings = await walk({ api, project, isPersonal }).finally(() => client.close());
  const fits = isAsExpected(findings);
  const safe = mapStrings({ ok: fits, version: VERSION, findings }, (text) => redact(cleanText(text)));
  await print(json ? `${JSON.stringify(safe, null, 2)}\n` : redact(reportOf(findings, fits)));
  return fits ? 0 : 1;
}

/** What could not be asked is no difference; where the experiments could not be read, nothing is known. */
function isAsExpected(findings: readonly Finding[]): boolean {
  const bad: readonly Verdict[] = ['differs', 'failed'];
  const list = findings.find(({ what }) => what === 'list of experiments');
  const isRead = list?.verdict === 'fits' || list?.verdict === 'empty';
  return isRead && findings.every(({ verdict }) => !bad.includes(verdict));
}

const WORDS: Readonly<Record<Verdict, string>> = {
  fits: 'fits',
  differs: 'DIFFERS',
  empty: 'nothing there to look at',
  not_reachable: 'not reachable with this key',
  not_there: 'not there',
  failed: 'NO ANSWER',
};

const WIDEST = 30;

/** For people. Pure. */
function reportOf(findings: readonly Finding[], fits: boolean): string {
  const lines = findings.flatMap(({ what, verdict, differences, note }) => [
    `${what.padEnd(WIDEST)}${WORDS[verdict]}${note === undefined ? '' : ` (${note})`}`,
    ...differences.map(({ path, problem }) => `${' '.repeat(WIDEST)}${path} ${problem}`),
  ]);
  const last = fits
    ? 'PostHog answers as this version expects, as far as the key and the project show.'
    : 'PostHog differs from what this version expects, or could not be asked. Please report it: add --json, whose output holds no data of your project.';
  return `${lines.join('\n')}\n\n${last}\n`;
}
