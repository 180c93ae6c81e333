import type { ToolError } from '../../errors.js';
import { quoted } from '../../schema/quote.js';
import type { Findings, Readings } from './look.js';
import type { OtherRegion } from './regions.js';
import { objectOf, SCOPE_OBJECTS, type Scope } from './scopes.js';
import { isWrite, type ToolVerdict } from './verdicts.js';

/** A clock that is further off makes ages of results and days of a run wrong. Milliseconds. */
export const MAX_SKEW_MS = 60_000;

export interface Check {
  check: string;
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  /** What was found; several lines where there are several things. */
  says: string;
  /** What to do about it, in one sentence. */
  remedy?: string;
}

export interface Looked {
  findings: Findings;
  verdicts: readonly ToolVerdict[];
  origin: string;
  isPersonal: boolean;
  /** Null where it was not asked. */
  otherRegion: OtherRegion | null;
  /** PostHog's clock minus ours, in milliseconds; null where it did not tell. */
  skewMs: number | null;
}

/** Scopes are added to a personal key where it was made; an OAuth token has those that it was issued with. */
type KeyKind = Pick<Looked, 'origin' | 'isPersonal'>;

/** What was found, in the order in which it stands in the way. Pure. */
export function checksOf({ findings, verdicts, origin, isPersonal, otherRegion, skewMs }: Looked): Check[] {
  const { failure, projectError } = findings;
  const skipped = (check: string): Check => ({ check, status: 'skipped', says: 'not looked at, because of the above' });
  const kind = isPersonal ? 'a personal API key (phx_…)' : 'an OAuth token (pha_…)';
  if (failure !== null) {
    const isKey = failure.code === 'unauthenticated';
    return [
      hostCheck(origin, failure),
      isKey ? keyProblem(failure, otherRegion) : { check: 'key', status: 'skipped', says: `${kind}, not tried` },
      ...['project', 'scopes'].map(skipped),
      clockCheck(skewMs),
    ];
  }
  return [
    ok('host', `${origin} answers`),
    ok('key', `${kind}, accepted`),
    projectCheck(findings),
    projectError === null ? scopesCheck(findings, verdicts, { origin, isPersonal }) : skipped('scopes'),
    clockCheck(skewMs),
  ];
}

/** What the proxy keeps from being reached is told of the proxy. */
function hostCheck(origin: string, failure: ToolError): Check {
  if (failure.code === 'unauthenticated') return ok('host', `${origin} answers`);
  if (failure.code !== 'proxy_failed') return problem('host', failure);
  return { check: 'host', status: 'skipped', says: `${origin} was not reached, because of the proxy` };
}

function keyProblem(failure: ToolError, other: OtherRegion | null): Check {
  const found = problem('key', failure);
  if (other === null) return found;
  const { origin, takesKey } = other;
  if (takesKey === true)
    return { ...found, says: `the key belongs to ${origin}, which takes it`, remedy: `Set POSTHOG_HOST=${origin}.` };
  if (takesKey === null) return { ...found, says: `${found.says}\n${origin} was asked too and did not tell` };
  const remedy = 'Set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…) that is still there.';
  return { ...found, says: `${found.says}\n${origin} does not take it either`, remedy };
}

function ok(check: string, says: string): Check {
  return { check, status: 'ok', says };
}

function problem(check: string, { message, hint, fields }: ToolError): Check {
  const detail = fields.detail === undefined ? '' : ` PostHog says: ${quoted(fields.detail)}`;
  return { check, status: 'problem', says: `${message}${detail}`, remedy: hint };
}

function projectCheck({ project, projectError, readings }: Findings): Check {
  if (projectError !== null || project === null) {
    return projectError ? problem('project', projectError) : { check: 'project', status: 'skipped', says: 'not known' };
  }
  const { id, name } = project;
  const unnamed = readings.get('project')?.read === 'no' ? 'its name needs project:read' : 'its name could not be read';
  return ok('project', name === null ? `${id} (${unnamed})` : `${id}, ${quoted(name)}`);
}

function scopesCheck({ readings }: Findings, verdicts: readonly ToolVerdict[], key: KeyKind): Check {
  const notes = SCOPE_OBJECTS.flatMap((scope) => {
    const note = readings.get(scope)?.note;
    return note === undefined ? [] : [`${scope}: ${note}`];
  });
  const of = (status: ToolVerdict['status']) => verdicts.filter((verdict) => verdict.status === status);
  const count = (some: readonly ToolVerdict[]) => `${some.length} of ${verdicts.length} served tools`;
  const lacking = of('lacks_scopes');
  if (lacking.length > 0) {
    const lacks = [...new Set(lacking.flatMap((verdict) => verdict.lacks))];
    const looking = lacks.every(isWrite) ? ', or start with --read-only to look only' : '';
    const says = [`${count(lacking)} cannot work without ${lacks.join(', ')}`, ...notes].join('\n');
    return { check: 'scopes', status: 'problem', says, remedy: remedyFor(lacks, readings, key, looking) };
  }
  const unknown = of('unknown');
  if (unknown.length > 0) {
    const says = [`of ${count(unknown)} it could not be told`, ...notes].join('\n');
    const lacks = unknown.flatMap((verdict) => verdict.lacks);
    return { check: 'scopes', status: 'problem', says, remedy: remedyFor(lacks, readings, key) };
  }
  const unprobed = of('not_probed');
  if (unprobed.length > 0) {
    const says = `all reads may be made; of ${count(unprobed)} it shows only with the first write`;
    const where = key.isPersonal ? ` at ${key.origin}/settings/user-api-keys` : '';
    const remedy = `Compare the scopes that the key was given${where} with those that the tools need.`;
    return { check: 'scopes', status: 'warning', says, remedy };
  }
  return partsCheck(verdicts, readings, key);
}

/** A scope that is not there can be added; where something else stood in the way, that has a remedy of its own. */
function remedyFor(scopes: readonly Scope[], readings: Readings, key: KeyKind, otherwise = ''): string {
  const { origin, isPersonal } = key;
  const blocked = new Map(scopes.map((scope) => [scope, readings.get(objectOf(scope))?.remedy]));
  const addable = [...blocked].filter(([, remedy]) => remedy === undefined).map(([scope]) => scope);
  const names = addable.join(', ');
  const way = isPersonal
    ? `Add ${names} to the key at ${origin}/settings/user-api-keys`
    : `Authorize again with ${names}`;
  const add = `${way}${otherwise}.`;
  const others = [...blocked.values()].filter((remedy) => remedy !== undefined);
  return [...(addable.length > 0 ? [add] : []), ...new Set(others)].join(' ');
}

function partsCheck(verdicts: readonly ToolVerdict[], readings: Readings, key: KeyKind): Check {
  const parts = [...new Set(verdicts.flatMap(({ without }) => without.map(({ scope }) => scope)))];
  if (parts.length === 0) return ok('scopes', `enough for all ${verdicts.length} served tools`);
  const says = `all ${verdicts.length} served tools work, some but for a part`;
  return { check: 'scopes', status: 'warning', says, remedy: remedyFor(parts, readings, key) };
}

function clockCheck(skewMs: number | null): Check {
  if (skewMs === null) return { check: 'clock', status: 'skipped', says: 'not told by an answer' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok('clock', `within ${Math.max(seconds, 1)} s of PostHog's`);
  return {
    check: 'clock',
    status: 'warning',
    says: `this machine is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} PostHog`,
    remedy: 'Set the clock of this machine (NTP): ages of results and days of a run are counted by it.',
  };
}
