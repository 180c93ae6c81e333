import { invalid } from '../http/api-error.js';
import type { Field } from './drf.js';

const DATE = String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`;
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:[.,](?<fraction>\d{1,6})\d*)?)?`;
const ZONE = String.raw`\s*(?:Z|(?<sign>[+-])(?<zoneHour>\d{2}):?(?<zoneMinute>\d{2})?)`;
const DATETIME = new RegExp(`^${DATE}(?:[T ]${TIME}(?:${ZONE})?)?$`);

const MS_PER_MINUTE = 60_000;

function wrongFormat(attr: string | null) {
  return invalid(
    'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
    attr,
  );
}

/** Milliseconds of the whole second in UTC, or undefined for a day or an hour that does not exist. */
function wholeSecond(groups: Record<string, string | undefined>): number | undefined {
  const part = (name: string) => Number(groups[name] ?? 0);
  const zoneMinutes = (groups.sign === '-' ? -1 : 1) * (part('zoneHour') * 60 + part('zoneMinute'));
  const day = Date.UTC(part('year'), part('month') - 1, part('day'));
  const exists =
    new Date(day).getUTCMonth() === part('month') - 1 &&
    new Date(day).getUTCFullYear() === part('year') &&
    part('hour') < 24 &&
    part('minute') < 60 &&
    part('second') < 60 &&
    part('zoneHour') < 24;
  if (!exists) return undefined;
  return day + (part('hour') * 60 + part('minute') - zoneMinutes) * MS_PER_MINUTE + part('second') * 1000;
}

/** A datetime as the API writes it back: UTC, microseconds where there are any. */
export const datetime: Field<string> = (value, attr) => {
  if (value === null || value === undefined) throw invalid('This field may not be null.', attr, 'null');
  const groups = typeof value === 'string' ? DATETIME.exec(value.trim())?.groups : undefined;
  const at = groups === undefined ? undefined : wholeSecond(groups);
  if (groups === undefined || at === undefined) throw wrongFormat(attr);
  const year = new Date(at).getUTCFullYear();
  if (year < 1 || year > 9999) throw invalid('Datetime value out of range.', attr, 'overflow');
  const micros = (groups.fraction ?? '').padEnd(6, '0');
  const seconds = new Date(at).toISOString().slice(0, 19);
  return micros === '000000' ? `${seconds}Z` : `${seconds}.${micros}Z`;
};
