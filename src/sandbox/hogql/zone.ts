const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Calendar arithmetic in a time zone. A local time is what a clock there shows, counted as if it were UTC. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | null;
  /** By quarter of an hour, the grid on which zones change. */
  readonly #offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
    const options = { timeZone: name, timeZoneName: 'longOffset' } as const;
    this.#format = name === 'UTC' ? null : new Intl.DateTimeFormat('en-US', options);
  }

  offset(time: number): number {
    if (this.#format === null) return 0;
    const quarter = Math.floor(time / (HOUR / 4));
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const text = this.#format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(text) ?? [];
    const offset = (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60_000);
    this.#offsets.set(quarter, offset);
    return offset;
  }

  local(time: number): number {
    return time + this.offset(time);
  }

  fromLocal(local: number): number {
    return local - this.offset(local - this.offset(local));
  }

  /** Days since 1970. */
  day(time: number): number {
    return Math.floor(this.local(time) / DAY);
  }

  midnight(day: number): number {
    return this.fromLocal(day * DAY);
  }

  /** `2026-01-31 12:00:00`, with microseconds where `precise`. */
  text(time: number, precise: boolean): string {
    const iso = new Date(this.local(time)).toISOString();
    return `${iso.slice(0, 10)} ${iso.slice(11, precise ? 23 : 19)}${precise ? '000' : ''}`;
  }

  /** As PostHog's JSON writes it. */
  iso(time: number): string {
    const [day, clock = ''] = this.text(time, time % 1000 !== 0).split(' ');
    const minutes = Math.round(this.offset(time) / 60_000);
    const two = (part: number) => String(Math.trunc(part)).padStart(2, '0');
    const size = Math.abs(minutes);
    const offset = minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
    return `${day}T${clock}${offset}`;
  }

  /** Reads a date, or a date with a time, of this zone unless it names an offset. Null where it is none. */
  parse(text: string): number | null {
    const parts = /^\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?)?\s*(Z|[+-]\d\d:?\d\d)?\s*$/.exec(text);
    if (!parts) return null;
    const [, day, clock = '00:00', seconds = ':00', fraction = '', offset] = parts;
    const local = Date.parse(`${day}T${clock}${seconds}${fraction.slice(0, 4)}Z`);
    if (Number.isNaN(local)) return null;
    if (offset === undefined) return this.fromLocal(local);
    if (offset === 'Z') return local;
    const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
    return local - (offset.startsWith('-') ? -minutes : minutes) * 60_000;
  }
}

export const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** A local time cut to the beginning of its unit; weeks begin on `weekday` (0 is Sunday). Null for an unknown unit. */
export function startOf(unit: string, local: number, weekday = 1): number | null {
  const size = { second: 1000, minute: 60_000, hour: HOUR, day: DAY }[unit];
  if (size !== undefined) return Math.floor(local / size) * size;
  const at = new Date(local);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  if (unit === 'week') return Math.floor(local / DAY) * DAY - ((at.getUTCDay() - weekday + 7) % 7) * DAY;
  if (unit === 'month') return Date.UTC(year, month);
  if (unit === 'quarter') return Date.UTC(year, month - (month % 3));
  return unit === 'year' ? Date.UTC(year, 0) : null;
}

/** A local time some units later; a month later is the same day, or the last one where the month is shorter. */
export function later(local: number, count: number, unit: string): number {
  const size = { second: 1000, minute: 60_000, hour: HOUR, day: DAY, week: 7 * DAY }[unit];
  if (size !== undefined) return local + count * size;
  const months = count * ({ month: 1, quarter: 3 }[unit] ?? 12);
  const at = new Date(local);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + months, at.getUTCDate()];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, last)) + (((local % DAY) + DAY) % DAY);
}

/** How many borders of the unit lie between two local times, as dateDiff counts. */
export function borders(unit: string, from: number, to: number): number | null {
  const [start, end] = [startOf(unit, from), startOf(unit, to)];
  if (start === null || end === null) return null;
  const size = { second: 1000, minute: 60_000, hour: HOUR, day: DAY, week: 7 * DAY }[unit];
  if (size !== undefined) return Math.round((end - start) / size);
  const [a, b] = [new Date(start), new Date(end)];
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return months / ({ month: 1, quarter: 3 }[unit] ?? 12);
}
