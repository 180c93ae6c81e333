import { canonical } from '../../schema/canonical.js';
import { storedTag, stripped } from '../../schema/stripped.js';
import type { Change } from '../../tool.js';
import { NOW } from '../subjects/predict.js';
import type { Write } from './types.js';

/** What PostHog adds to a holdout on a flag, which nobody knows before. */
export const NOT_FORESEEN: readonly string[] = ['feature_flag.holdout.exclusion_percentage'];
/** `status` follows from other fields, in words that builds of PostHog do not agree on. */
const NOT_ASKED: readonly string[] = ['status', ...NOT_FORESEEN];
const NEW_METRIC = /^(metrics|metrics_secondary)\.\d+$/;

/** What a write was to change and PostHog has not: `after` is what was asked, `before` what stands there. */
export function unmetChanges(
  { subject, was, plan }: Pick<Write, 'subject' | 'was' | 'plan'>,
  actual: unknown,
): Change[] {
  const { after: wanted, keeps = [] } = plan;
  const asked = subject.changes(was, wanted).filter(({ path }) => !NOT_ASKED.includes(path));
  const apart = new Map(subject.changes(wanted, actual).map((change) => [change.path, change]));
  const came = subject.changes(was, actual);
  const moved = keeps.flatMap((path) => {
    const difference = apart.get(path);
    return difference ? [{ path, before: difference.after, after: difference.before }] : [];
  });
  const missing = asked.flatMap(({ path, before, after }) => {
    const difference = apart.get(path);
    if (difference === undefined) return [];
    if (NEW_METRIC.test(path) && came.some((change) => isThatMetric(path, after, change))) return [];
    const now = difference.after;
    const met = isTags(path) ? sameTags(after, now) : holds(after, now, before);
    return met ? [] : [{ path, before: now, after }];
  });
  return [...missing, ...moved];
}

/** A new metric gets its uuid from PostHog, so it is known by what it measures. */
function isThatMetric(path: string, asked: unknown, { path: at, before, after }: Change): boolean {
  const list = path.slice(0, path.lastIndexOf('.'));
  return at.startsWith(`${list}.`) && before === null && contains(after, asked);
}

function contains(actual: unknown, asked: unknown): boolean {
  if (Array.isArray(asked))
    return (
      Array.isArray(actual) && asked.length === actual.length && asked.every((one, at) => contains(actual[at], one))
    );
  if (asked === null || typeof asked !== 'object') return plain(asked) === plain(actual);
  const found = Object(actual);
  return Object.entries(asked).every(([key, value]) => contains(Reflect.get(found, key), value));
}

function holds(asked: unknown, actual: unknown, before: unknown): boolean {
  if (asked === NOW) return actual !== null && actual !== before;
  return isRecord(asked) ? contains(actual, asked) : plain(asked) === plain(actual);
}

/** `tags` of an experiment or a shared metric, `tags of experiment 7` of several. */
function isTags(path: string): boolean {
  return path === 'tags' || path.startsWith('tags of ');
}

/** Tags have no order, are in lower case and come once each. */
function sameTags(asked: unknown, actual: unknown): boolean {
  const plainTags = (tags: unknown) =>
    canonical([...new Set(Array.isArray(tags) ? tags.map((tag) => storedTag(String(tag))) : [])].sort());
  return plainTags(asked) === plainTags(actual);
}

function isRecord(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** PostHog trims texts and writes times its own way; neither makes another value. */
function plain(value: unknown): string {
  if (typeof value !== 'string') return canonical(value === undefined ? null : value);
  const isTime = /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
  return isTime ? new Date(value).toISOString() : JSON.stringify(stripped(value));
}
