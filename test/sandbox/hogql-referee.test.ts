import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHogQL } from '../../src/sandbox/hogql/run.js';
import { type EventInput, eventTable } from '../helpers/event-table.js';
import { runs } from '../helpers/fuzz.js';
import { plain, refereeOf, translated } from '../helpers/referee.js';

const EVENTS = ['$pageview', 'buy', 'sign up', 'view'];
const PLANS = ['free', 'pro', '', 'Team 1'];
const COUNTRIES = ['DE', 'FR'];

/** 240 events of 24 persons with gaps of every kind: no amount, no plan, a person without a country. */
const rows = Array.from({ length: 240 }, (_, at): EventInput => {
  const pick = (size: number, factor: number) => (at * factor + (at >> 3)) % size;
  const person = pick(24, 7);
  const plan = PLANS[pick(5, 3)];
  return {
    event: EVENTS[pick(4, 5)] ?? '',
    at: new Date(Date.UTC(2026, 0, 28) + at * 5_431_000).toISOString(),
    id: `id-${person}-${at % 2}`,
    person: `person-${person}`,
    properties: {
      ...(plan === undefined ? {} : { plan }),
      ...(pick(3, 11) === 0 ? {} : { amount: (pick(17, 13) - 5) / 2 }),
      ...(at % 4 === 0 ? { note: `note ${at % 12}` } : {}),
    },
  };
});
const people = Array.from({ length: 24 }, (_, at) => {
  const country = COUNTRIES[at % 3];
  return [`person-${at}`, country === undefined ? {} : { country }] as [string, Record<string, string>];
});
const events = eventTable(rows, Object.fromEntries(people));

let referee: Awaited<ReturnType<typeof refereeOf>>;
beforeAll(async () => {
  referee = await refereeOf(events);
});
afterAll(() => referee.close());

const inAnyOrder = (answer: readonly unknown[][]) => answer.map((row) => JSON.stringify(row)).sort();

async function agree(hogql: string, sql: string): Promise<void> {
  const [ours, theirs] = await Promise.all([
    runHogQL(hogql, { events, now: new Date('2026-02-20T00:00:00Z') }),
    referee.query(sql),
  ]);
  const results = ours.results.map((row) => row.map(plain));
  if (/ORDER BY ALL|order by \w+\.?uuid/.test(sql)) expect(results, hogql).toEqual(theirs);
  else expect(inAnyOrder(results), hogql).toEqual(inAnyOrder(theirs));
}

/** The same words in both languages. */
const SHARED: readonly string[] = [
  'select count(), count(properties.amount), count(distinct event) from events',
  'select event, count() as n from events group by event order by n desc',
  'select event, sum(properties.amount), avg(properties.amount), min(properties.amount), max(properties.amount) from events group by event',
  'select properties.plan, uniq(person_id), uniqExact(distinct_id) from events group by properties.plan',
  "select countIf(event = 'buy'), sumIf(properties.amount, event = 'buy'), avgIf(properties.amount, event = 'none') from events",
  "select uniqIf(person_id, event = 'buy'), maxIf(timestamp, event = 'view') from events",
  "select count() filter (where event = 'buy'), sum(properties.amount) filter (where event = 'view') from events",
  'select person_id, argMin(event, timestamp), argMax(event, timestamp) from events group by person_id',
  "select person_id, argMinIf(uuid, timestamp, event = 'buy') from events where event = 'buy' group by person_id",
  'select event, stddevPop(properties.amount), stddevSamp(properties.amount), varPop(properties.amount), varSamp(properties.amount) from events group by event',
  'select event, quantile(0.9)(properties.amount), quantile(0.25)(properties.amount), median(properties.amount) from events group by event',
  'select toDate(timestamp) as day, count() from events group by day having count() > 15',
  'select toStartOfHour(timestamp), toStartOfDay(timestamp), toStartOfMonth(timestamp), toMonday(timestamp) from events',
  'select toHour(timestamp), toYear(timestamp), toDayOfWeek(timestamp), toUnixTimestamp(timestamp) from events',
  "select dateDiff('day', timestamp, toStartOfMonth(timestamp) + interval 1 month), dateDiff('hour', min_time, timestamp) from events e join (select person_id as p, min(timestamp) as min_time from events group by p) f on f.p = e.person_id",
  "select timestamp + interval 2 day, timestamp - interval 3 hour, timestamp + interval 1 month from events where timestamp >= '2026-01-30 12:00:00'",
  "select count() from events where timestamp between '2026-02-01' and '2026-02-05 06:00:00'",
  "select if(properties.amount > 2, 'much', 'little'), multiIf(event = 'buy', 1, event = 'view', 2, 3) from events where properties.amount is not null",
  "select case when event = 'buy' then 'b' when event = 'view' then 'v' else 'o' end from events".replace(
    ", event = 'buy' ? 1 : 2",
    '',
  ),
  "select coalesce(properties.note, properties.plan, 'none'), ifNull(properties.amount, 0), nullIf(event, 'buy') from events",
  'select isNull(properties.plan), isNotNull(properties.note), properties.plan is null from events',
  "select lower(event), upper(event), length(event), substring(event, 2, 3), trim('  x '), event || '!' from events",
  "select position(event, 'i'), startsWith(event, 'b'), endsWith(event, 'w'), replaceAll(event, 'i', 'j'), splitByChar(' ', event) from events",
  "select event like '%i_w', event ilike 'BU%', event not like '$%' from events",
  'select abs(properties.amount), floor(properties.amount), ceil(properties.amount), sqrt(abs(properties.amount)) from events',
  'select properties.amount + 1, properties.amount * 2, properties.amount / 4, properties.amount - 0.5, intDiv(7, 2), 7 % 4 from events',
  "select toFloat('1.5'), toFloat('x'), toInt('12'), toString(12) from events limit 1".replace('', ''),
  'select least(1, 2, 3), greatest(properties.amount, 1) from events where properties.amount is not null',
  'select distinct event, properties.plan from events',
  'select event, uuid from events order by uuid limit 7',
  "select event in ('buy', 'view'), event not in ('buy'), person_id in (select person_id from events where event = 'buy') from events",
  'select count() from events where person_id not in (select person_id from events where properties.amount > 2)',
  'select (select max(properties.amount) from events), count() from events',
  "with b as (select person_id, min(timestamp) as t from events where event = 'buy' group by person_id), v as (select person_id, t from b) select count(), min(t) from v",
  'select n, count() from (select person_id, count() as n from events group by person_id) group by n',
  'select a.event, b.n from events a join (select event, count() as n from events group by event) b on a.event = b.event',
  "select a.uuid, b.uuid from events a join events b on a.person_id = b.person_id and a.timestamp < b.timestamp where a.event = 'buy'",
  "select a.uuid from events a left join (select person_id, min(timestamp) as t from events where event = 'buy' and properties.amount > 1 group by person_id) b on a.person_id = b.person_id where b.person_id = a.person_id",
  'select count() from persons a cross join persons b',
  'select count() from (select id from persons) a join (select id from persons) b using (id)',
  "select event from events where event = 'buy' union all select 'x' union all select event from events where event = 'view'",
  'select person.properties.country, count() from events group by person.properties.country',
  'select [1, 2, 3][2], has([1, 2], 2), indexOf([4, 5], 5), arraySort([3, 1, 2]), arrayDistinct([1, 1]), arraySum([1, 2.5]) from events limit 1',
  "select count() from events where not (event = 'buy') and (properties.amount > 1 or event = 'view')",
  "select upper(event) as e, count() as n from events group by e having n > 10 and e != 'BUY'",
  'select event, person_id, count() from events group by 1, 2',
];

/** What the two languages write or mean differently. */
const PAIRS: readonly [string, string][] = [
  ["select count() from events where properties.plan = 'pro'", "select count(*) from events where plan = 'pro'"],
  [
    "select count() from events where properties.plan != 'pro'",
    "select count(*) from events where plan is distinct from 'pro'",
  ],
  ['select properties.plan = properties.note from events', 'select plan is not distinct from note from events'],
  ['select properties.amount > 1 from events', 'select coalesce(amount > 1, false) from events'],
  ["select properties.plan not in ('pro') from events", "select coalesce(plan not in ('pro'), true) from events"],
  ["select properties.plan like 'p%' from events", "select coalesce(plan like 'p%', false) from events"],
  ["select properties.plan not like 'p%' from events", "select coalesce(plan not like 'p%', true) from events"],
  [
    "select event =~ '^b.y$', match(event, 'ew') from events",
    "select regexp_matches(event, '^b.y$'), regexp_matches(event, 'ew') from events",
  ],
  ['select arrayMap(x -> x * 2, [1, 2]), arrayFilter(x -> x > 1, [1, 2])', 'select [2, 4], [2]'],
  ["select arrayExists(x -> x = event, ['buy']) from events", "select event = 'buy' from events"],
  ['select event, arrayJoin([1, 2]) from events', 'select event, unnest([1, 2]) from events'],
  ['select event, n from events array join [1, 2] as n', 'select event, unnest([1, 2]) from events'],
  [
    'select arraySort(groupArray(event)), arraySort(groupUniqArray(event)) from events',
    'select list_sort(list(event)), list_sort(list(distinct event)) from events',
  ],
  [
    'select event, uuid from events order by uuid limit 2 by event',
    'select event, uuid from (select *, row_number() over (partition by event order by uuid) as r from events) where r <= 2',
  ],
  [
    'select properties.plan, uuid from events order by properties.plan desc, uuid limit 90',
    'select plan, uuid from events order by plan desc nulls last, uuid limit 90',
  ],
  [
    "select p.id, e.n from persons p left join (select person_id, count() as n from events where event = 'buy' and properties.amount > 3 group by person_id) e on e.person_id = p.id",
    "select p.id, coalesce(e.n, 0) from persons p left join (select person_id, count(*) as n from events where event = 'buy' and amount > 3 group by person_id) e on e.person_id = p.id",
  ],
  ['select topK(1)(properties.amount > 100) from events', 'select [false]'],
  [
    'select p.properties.country, count() from persons p group by p.properties.country',
    'select country, count(*) from persons group by country',
  ],
  ["select (event, 1) in (('buy', 1), ('view', 2)) from events", "select event = 'buy' from events"],
  ["select event from events union distinct select 'x'", "select event from events union select 'x'"],
  ['select round(2.5), round(3.456, 2)', 'select 2, 3.46'],
  [
    "select formatDateTime(timestamp, '%Y-%m-%d %H:%i') from events",
    "select strftime(timestamp, '%Y-%m-%d %H:%M') from events",
  ],
];

describe('HogQL gives what DuckDB gives for the same rows', () => {
  it.each(SHARED)('%s', (text) => agree(text, translated(text)));
  it.each(PAIRS)('%s', (hogql, sql) => agree(hogql, sql));
});

/** An expression in both languages. */
type Pair = readonly [hogql: string, sql: string];
const same = (text: string): Pair => [text, translated(text)];
const from = (...texts: string[]) => fc.constantFrom(...texts.map(same));

const number = fc.oneof(
  from('properties.amount', 'toHour(timestamp)', 'length(event)', '2', '0.5'),
  fc
    .tuple(from('properties.amount', 'length(event)'), fc.constantFrom('+', '-', '*'), from('3', 'toHour(timestamp)'))
    .map(([a, op, b]): Pair => [`${a[0]} ${op} ${b[0]}`, `${a[1]} ${op} ${b[1]}`]),
);
const text = from(
  'event',
  'properties.plan',
  'properties.note',
  'person.properties.country',
  "'buy'",
  "'pro'",
  'lower(event)',
);

const NULLS: Readonly<Record<string, (a: string, b: string) => string>> = {
  '=': (a, b) => `${a} is not distinct from ${b}`,
  '!=': (a, b) => `${a} is distinct from ${b}`,
};
const compared = (operands: fc.Arbitrary<Pair>) =>
  fc
    .tuple(operands, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), operands)
    .map(
      ([a, op, b]): Pair => [
        `${a[0]} ${op} ${b[0]}`,
        NULLS[op]?.(a[1], b[1]) ?? `coalesce(${a[1]} ${op} ${b[1]}, false)`,
      ],
    );
const simple = fc.oneof(
  compared(number),
  compared(text),
  text.map(([a, b]): Pair => [`${a} in ('buy', 'free', 'DE')`, `coalesce(${b} in ('buy', 'free', 'DE'), false)`]),
  text.map(([a, b]): Pair => [`${a} like '%e%'`, `coalesce(${b} like '%e%', false)`]),
  text.map(([a, b]): Pair => [`${a} is null`, `${b} is null`]),
);
const condition = fc.oneof(
  simple,
  fc
    .tuple(simple, fc.constantFrom('and', 'or'), simple)
    .map(([a, op, b]): Pair => [`${a[0]} ${op} ${b[0]}`, `${a[1]} ${op} ${b[1]}`]),
  simple.map(([a, b]): Pair => [`not (${a})`, `not (${b})`]),
);
const key = fc.oneof(
  from('event', 'properties.plan', 'person.properties.country', 'toDate(timestamp)', 'person_id'),
  condition,
);
const aggregate = fc.oneof(
  fc.constant<Pair>(['count()', 'count(*)']),
  fc
    .tuple(
      fc.constantFrom('sum', 'avg', 'min', 'max', 'median', 'stddevPop', 'count', 'uniq'),
      from('properties.amount'),
    )
    .map(([name, [a, b]]): Pair => [`${name}(${a})`, `${name}(${b})`]),
  fc.tuple(fc.constantFrom('count', 'uniq'), text).map(([name, [a, b]]): Pair => [`${name}(${a})`, `${name}(${b})`]),
  condition.map(([a, b]): Pair => [`countIf(${a})`, `count(*) filter (where ${b})`]),
  condition.map(([a, b]): Pair => [`sumIf(properties.amount, ${a})`, `sum(amount) filter (where ${b})`]),
  condition.map(([a, b]): Pair => [`uniqIf(person_id, ${a})`, `count(distinct person_id) filter (where ${b})`]),
);
const where = fc.option(condition, { nil: null });
const both = (pairs: readonly Pair[], side: 0 | 1) => pairs.map((pair, at) => `${pair[side]} as c${at}`).join(', ');
const clause = (word: string, pair: Pair | null, side: 0 | 1) => (pair ? ` ${word} ${pair[side]}` : '');

const groupedQuery = fc
  .tuple(fc.array(key, { maxLength: 2 }), fc.array(aggregate, { minLength: 1, maxLength: 3 }), where, fc.boolean())
  .map(([keys, aggregates, filter, having]): Pair => {
    const write = (side: 0 | 1) => {
      const names = keys.map((_, at) => `c${at}`).join(', ');
      const group =
        keys.length === 0
          ? ''
          : ` group by ${names}${having ? ` having ${side === 0 ? 'count()' : 'count(*)'} > 3` : ''}`;
      return `select ${both([...keys, ...aggregates], side)} from events${clause('where', filter, side)}${group}`;
    };
    return [write(0), write(1)];
  });
const plainQuery = fc
  .tuple(
    fc.array(fc.oneof(number, text, condition), { minLength: 1, maxLength: 3 }),
    where,
    fc.boolean(),
    fc.option(fc.nat(20), { nil: null }),
  )
  .map(([columns, filter, distinct, limit]): Pair => {
    const order = columns.map((_, at) => `c${at}`).join(', ');
    const write = (side: 0 | 1) =>
      `select ${distinct ? 'distinct ' : ''}${both(columns, side)} from events${clause('where', filter, side)}` +
      ` order by ${order}${limit === null ? '' : ` limit ${limit}`}`;
    return [write(0), write(1)];
  });
const joinedQuery = fc
  .tuple(condition, fc.array(aggregate, { minLength: 1, maxLength: 2 }), fc.constantFrom('join', 'left join'))
  .map(([filter, aggregates, join]): Pair => {
    const write = (side: 0 | 1) => {
      const inner = `select person_id as p, ${both(aggregates, side)} from events where ${filter[side]} group by p`;
      return `select count(${side === 0 ? '' : '*'}), count(distinct f.p) from persons e ${join} (${inner}) f on f.p = e.id where f.p = e.id`;
    };
    return [write(0), write(1)];
  });

describe('500 random queries', () => {
  it('give what DuckDB gives', async () => {
    const query = fc.oneof(
      { weight: 4, arbitrary: groupedQuery },
      { weight: 4, arbitrary: plainQuery },
      { weight: 1, arbitrary: joinedQuery },
    );
    await fc.assert(
      fc.asyncProperty(query, ([hogql, sql]) => agree(hogql, sql)),
      { seed: 17, ...runs(500) },
    );
  });
});
