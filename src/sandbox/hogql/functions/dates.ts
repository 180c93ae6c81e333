import { HogQLError } from '../errors.js';
import { arithmetic } from '../operators.js';
import { over } from '../scope.js';
import { DATE, DATETIME, INT64, interval, STRING, UINT64 } from '../types.js';
import { borders, startOf } from '../zone.js';
import { type Build, checkCount, clocked, constantOf, plain } from './build.js';

const DAY = 86_400_000;

/** The beginning of the unit: a date for days' multiples, a time for parts of a day. */
const starting = (unit: string, asDate: boolean, weekday = 1) =>
  clocked('d', asDate ? DATE : DATETIME, ({ zone }) => (time: number) => {
    const start = startOf(unit, zone.local(time), weekday) ?? 0;
    return asDate ? Math.floor(start / DAY) : zone.fromLocal(start);
  });

const every = (minutes: number) =>
  clocked('d', DATETIME, ({ zone }) => (time: number) => {
    const size = minutes * 60_000;
    return zone.fromLocal(Math.floor(zone.local(time) / size) * size);
  });

/** A number that a calendar or clock in the project's zone shows. */
const shown = (read: (at: Date) => number) =>
  clocked(
    'd',
    UINT64,
    ({ zone }) =>
      (time: number) =>
        read(new Date(zone.local(time))),
  );

const unknownUnit = (unit: string) => new HogQLError(`Unknown unit '${unit}'`, 'bad_arguments');
const unitName = (unit: string) => unit.toLowerCase().replace(/s$/, '');

const UNITS = ['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Quarter', 'Year'];

/** `addDays(time, 3)`, `subtractMonths(…)`, `toIntervalDay(3)`. */
const perUnit = (unit: string): [string, Build][] => {
  const move =
    (op: string): Build =>
    (args, clock, name) => {
      checkCount('Function', name, args.length, 2, 2);
      const [time, count] = args;
      if (!time || !count) throw unknownUnit(unit);
      return arithmetic(
        op,
        time,
        over([count], interval(unit), (row) => count.get(row)),
        clock,
      );
    };
  return [
    [`toInterval${unit}`, plain('n', interval(unit), (count: number) => count)],
    [`add${unit}s`, move('+')],
    [`subtract${unit}s`, move('-')],
  ];
};

/** `dateAdd(time, interval)`, or with a unit as in `dateAdd('day', 3, time)`. */
const moving =
  (op: string): Build =>
  (args, clock, name) => {
    checkCount('Function', name, args.length, 2, 3);
    const [first, second, third] = args;
    if (!first || !second) throw unknownUnit('');
    if (!third) return arithmetic(op, first, second, clock);
    const unit = unitName(String(first.constant?.value));
    return arithmetic(
      op,
      third,
      over([second], interval(unit), (row) => second.get(row)),
      clock,
    );
  };

const truncated: Build = (args, clock, name) => {
  checkCount('Function', name, args.length, 2, 2);
  const [unit, time] = args;
  const known = unitName(String(unit?.constant?.value));
  if (!time || startOf(known, 0) === null) throw unknownUnit(known);
  return starting(known, ['week', 'month', 'quarter', 'year'].includes(known))([time], clock, name);
};

const two = (value: number) => String(value).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FORMATS: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getUTCFullYear()),
  m: (at) => two(at.getUTCMonth() + 1),
  d: (at) => two(at.getUTCDate()),
  H: (at) => two(at.getUTCHours()),
  i: (at) => two(at.getUTCMinutes()),
  S: (at) => two(at.getUTCSeconds()),
  s: (at) => two(at.getUTCSeconds()),
  F: (at) => at.toISOString().slice(0, 10),
  T: (at) => at.toISOString().slice(11, 19),
  R: (at) => at.toISOString().slice(11, 16),
  a: (at) => DAYS[at.getUTCDay()] ?? '',
  b: (at) => MONTHS[at.getUTCMonth()] ?? '',
  u: (at) => String(at.getUTCDay() || 7),
};

const dateDiff: Build = clocked('tdd', INT64, ({ zone }) => (unit: string, from: number, to: number) => {
  const count = borders(unitName(unit), zone.local(from), zone.local(to));
  if (count === null) throw unknownUnit(unit);
  return count;
});

export const DATES: Readonly<Record<string, Build>> = {
  now: constantOf(DATETIME, ({ now }) => Math.floor(now / 1000) * 1000),
  today: constantOf(DATE, ({ zone, now }) => zone.day(now)),
  yesterday: constantOf(DATE, ({ zone, now }) => zone.day(now) - 1),
  ...Object.fromEntries(UNITS.flatMap(perUnit)),
  toStartOfSecond: starting('second', false),
  toStartOfMinute: starting('minute', false),
  toStartOfFiveMinutes: every(5),
  toStartOfTenMinutes: every(10),
  toStartOfFifteenMinutes: every(15),
  toStartOfHour: starting('hour', false),
  toStartOfDay: starting('day', false),
  toMonday: starting('week', true),
  toStartOfMonth: starting('month', true),
  toStartOfQuarter: starting('quarter', true),
  toStartOfYear: starting('year', true),
  // Mode 0 begins on Sunday, 1 on Monday.
  toStartOfWeek: (args, clock, name) => {
    checkCount('Function', name, args.length, 1, 2);
    return starting('week', true, args[1]?.constant?.value ? 1 : 0)(args.slice(0, 1), clock, name);
  },
  dateTrunc: truncated,
  toYear: shown((at) => at.getUTCFullYear()),
  toQuarter: shown((at) => Math.floor(at.getUTCMonth() / 3) + 1),
  toMonth: shown((at) => at.getUTCMonth() + 1),
  toDayOfMonth: shown((at) => at.getUTCDate()),
  toDayOfWeek: shown((at) => at.getUTCDay() || 7),
  toHour: shown((at) => at.getUTCHours()),
  toMinute: shown((at) => at.getUTCMinutes()),
  toSecond: shown((at) => at.getUTCSeconds()),
  toYYYYMM: shown((at) => at.getUTCFullYear() * 100 + at.getUTCMonth() + 1),
  toYYYYMMDD: shown((at) => at.getUTCFullYear() * 10_000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate()),
  toUnixTimestamp: plain('d', UINT64, (time: number) => Math.floor(time / 1000)),
  fromUnixTimestamp: plain('n', DATETIME, (seconds: number) => seconds * 1000),
  dateDiff,
  date_diff: dateDiff,
  dateAdd: moving('+'),
  dateSub: moving('-'),
  formatDateTime: clocked('dt', STRING, ({ zone }) => (time: number, format: string) => {
    const at = new Date(zone.local(time));
    return format.replace(/%(.)/g, (all, letter) => (letter === '%' ? '%' : (FORMATS[letter]?.(at) ?? all)));
  }),
};
