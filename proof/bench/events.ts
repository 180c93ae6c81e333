import { EventStore } from '../../src/sandbox/events/store.js';
import type { Json } from '../../src/sandbox/events/table.js';
import { runHogQL } from '../../src/sandbox/hogql/run.js';

const EVENTS = 1_000_000;
const PEOPLE = 120_000;
const MEGABYTE = 1024 * 1024;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const SPAN = 30 * 86_400_000;

/** What experiment work asks of events. */
const QUERIES: readonly (readonly [name: string, text: string])[] = [
  ['count all', 'select count() from events'],
  ['events by name', 'select event, count() from events group by event order by count() desc'],
  ['people by day', 'select toDate(timestamp) as day, uniqExact(person_id) from events group by day order by day'],
  [
    'exposures by variant',
    "select properties.$feature_flag_response as variant, uniqExact(person_id) from events where event = '$feature_flag_called' and properties.$feature_flag = 'checkout' group by variant",
  ],
  [
    'first exposure of each person',
    "select variant, count() from (select person_id, argMin(properties.$feature_flag_response, timestamp) as variant from events where event = '$feature_flag_called' group by person_id) group by variant",
  ],
  [
    'conversion after exposure',
    "select x.variant, uniqExact(e.person_id) from events as e join (select person_id as id, min(timestamp) as first_at, any(properties.$feature_flag_response) as variant from events where event = '$feature_flag_called' group by person_id) as x on e.person_id = x.id where e.event = 'bought' and e.timestamp >= x.first_at group by x.variant",
  ],
  [
    'revenue',
    "select sum(toFloat(properties.price)), avg(toFloat(properties.price)), quantile(0.99)(toFloat(properties.price)) from events where event = 'bought'",
  ],
  [
    'people in several variants',
    "select count() from (select person_id from events where event = '$feature_flag_called' group by person_id having uniqExact(properties.$feature_flag_response) > 1)",
  ],
  [
    'segments',
    "select arrayJoin(['all', concat('lib:', properties.$lib), concat('browser:', properties.$browser)]) as segment, count() from events where event = '$feature_flag_called' group by segment order by segment",
  ],
  [
    'page views by path',
    "select properties.$pathname as path, count() from events where event = '$pageview' group by path order by count() desc limit 10",
  ],
];

function filled(): EventStore {
  const events = new EventStore(1);
  for (let n = 0; n < EVENTS; n++) {
    const person = (n * 7919) % PEOPLE;
    const kind = (n + Math.floor(n / PEOPLE)) % 10;
    const timestamp = NOW - SPAN + (n / EVENTS) * SPAN;
    const common = {
      $lib: person % 4 === 0 ? 'posthog-node' : 'web',
      $browser: ['Chrome', 'Safari', 'Firefox'][person % 3] ?? '',
    };
    const event = kind < 6 ? '$pageview' : kind < 9 ? '$feature_flag_called' : 'bought';
    const own: Record<string, Json> =
      event === '$pageview'
        ? { $pathname: `/page-${n % 40}` }
        : event === 'bought'
          ? { price: 5 + (n % 95) }
          : { $feature_flag: 'checkout', $feature_flag_response: person % 2 === 0 ? 'control' : 'test' };
    events.add({
      event,
      distinctId: `person-${person}`,
      timestamp,
      createdAt: timestamp,
      properties: { ...common, ...own },
    });
  }
  return events;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

function used(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Memory of a million events in the sandbox, and the time of ten queries over them. */
export async function benchEvents(): Promise<void> {
  const before = used();
  const started = performance.now();
  const events = filled();
  say(
    `${EVENTS.toLocaleString('en')} events of ${PEOPLE.toLocaleString('en')} people taken in ${Math.round(performance.now() - started)} ms, ${Math.round((used() - before) / MEGABYTE)} MB`,
  );
  await runHogQL('select 1', { events, now: new Date(NOW) });
  for (const [name, text] of QUERIES) {
    const start = performance.now();
    const { results } = await runHogQL(text, { events, now: new Date(NOW) });
    say(`${name.padEnd(32)} ${String(Math.round(performance.now() - start)).padStart(6)} ms  ${results.length} rows`);
  }
}
