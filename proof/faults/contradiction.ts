/** Fields that weigh all parts of an answer against each other, or tell what is missing; a gap changes them. */
const WEIGHED: ReadonlySet<string> = new Set([
  ...['recommendation', 'variant_key', 'summary', 'evidence_comment', 'severity', 'next'],
  ...['missing', 'note', 'problem'],
]);
/** Fields that count what was found, so that a gap makes them smaller. */
const COUNTS: ReadonlySet<string> = new Set(['total', 'totals', 'reviewed']);
/** Results by day: the first and the last day are not whole, so their numbers depend on the time of the day. */
const GROWING = /\.days\[\d+\]\./;
/** What a member of a list is known by. */
const NAMES = ['id', 'uuid', 'key', 'code'] as const;

/**
 * Where an answer says something else than the true one; null where it does not. One with gaps may leave out what it
 * likes, and what it does say has to be so.
 */
export function contradiction(said: unknown, truth: unknown, hasGaps: boolean, at = 'its top'): string | null {
  if (Array.isArray(said) && Array.isArray(truth)) {
    if (!hasGaps && said.length !== truth.length) return `${at} (its length)`;
    return first(said.entries(), ([index, one]) => {
      const other = hasGaps ? truth.find((candidate) => isNamesake(one, candidate)) : truth[index];
      // A gap may be a finding itself.
      if (hasGaps && other === undefined && isObject(one) && 'code' in one) return null;
      return contradiction(one, other, hasGaps, `${at}[${index}]`);
    });
  }
  if (isObject(said) && isObject(truth)) {
    if (hasGaps && isAdmitted(said)) return null;
    const names = Object.keys(hasGaps ? said : { ...said, ...truth });
    return first(names.values(), (name) => {
      if (hasGaps && WEIGHED.has(name)) return null;
      if (hasGaps && COUNTS.has(name)) return isFewer(said[name], truth[name]) ? null : `${at}.${name}`;
      return contradiction(said[name], truth[name], hasGaps, `${at}.${name}`);
    });
  }
  if (GROWING.test(at) && typeof said === typeof truth) return null;
  return Object.is(said, truth) || (hasGaps && said === null) ? null : at;
}

/** A check that could not be made, or results without a source where a note tells why. */
function isAdmitted({ status, source, note }: Record<string, unknown>): boolean {
  return status === 'unknown' || (source === 'none' && typeof note === 'string');
}

function first<T>(all: Iterable<T>, look: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = look(one);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamesake(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  const name = NAMES.find((name) => name in one);
  return name !== undefined && one[name] === other[name];
}

function isFewer(said: unknown, truth: unknown): boolean {
  if (isObject(said) && isObject(truth)) return Object.keys(said).every((name) => isFewer(said[name], truth[name]));
  return typeof said === 'number' && said <= (typeof truth === 'number' ? truth : 0);
}
