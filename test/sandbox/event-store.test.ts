import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStore, type NewEvent } from '../../src/sandbox/events/store.js';
import type { Json } from '../../src/sandbox/events/table.js';
import { runs } from '../helpers/fuzz.js';

const AT = Date.parse('2026-09-01T12:00:00Z');

function event(about: Partial<NewEvent> = {}): NewEvent {
  return { event: 'viewed', distinctId: 'ann', timestamp: AT, createdAt: AT, properties: {}, ...about };
}

function storeWith(...events: Partial<NewEvent>[]): EventStore {
  const store = new EventStore(1);
  for (const about of events) store.add(event(about));
  return store;
}

/** The person of each row, as small numbers in the order in which they appear. */
function persons(store: EventStore): number[] {
  const seen: string[] = [];
  return Array.from({ length: store.size }, (_, row) => {
    const id = store.personId(row);
    if (!seen.includes(id)) seen.push(id);
    return seen.indexOf(id);
  });
}

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)));
const properties = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', ''), json);
const anyEvent = fc.record({
  uuid: fc.uuid(),
  event: fc.string(),
  distinctId: fc.string({ minLength: 1 }),
  timestamp: fc.integer(),
  createdAt: fc.integer(),
  properties,
});

describe('the event store', () => {
  it('gives back any event as it was added', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const store = storeWith(...events);
        expect(store.size).toBe(events.length);
        const rows = events.map((_, row) => ({
          uuid: store.uuid(row),
          event: store.event(row),
          distinctId: store.distinctId(row),
          timestamp: store.timestamp(row),
          createdAt: store.createdAt(row),
          properties: store.properties(row),
        }));
        expect(JSON.stringify(rows)).toBe(JSON.stringify(events));
        for (const [row, { properties: all }] of events.entries()) {
          for (const key of ['a', 'b', 'c', '__proto__', 'constructor', '']) {
            expect(store.property(row, key)).toEqual(Object.hasOwn(all, key) ? all[key] : undefined);
          }
        }
      }),
      runs(100),
    );
  });

  it('counts uuids for events that bring none, or something else', () => {
    const store = storeWith({}, { uuid: 'mine' });
    expect([store.uuid(0), store.uuid(1)]).toEqual([
      '00000000-0000-4000-a000-000000000001',
      '00000000-0000-4000-a000-000000000002',
    ]);
  });

  it('keeps an event once that is sent again, and others with the same uuid', () => {
    const uuid = '01980000-0000-7000-8000-000000000001';
    const store = storeWith({ uuid }, { uuid }, { uuid, event: 'other' }, { uuid, distinctId: 'bob' }, {}, {});
    store.add(event({ uuid: uuid.toUpperCase() }));
    expect(store.size).toBe(5);
  });

  it('finds any uuid again among many', () => {
    const uuids = fc.uniqueArray(fc.uuid(), { minLength: 200, maxLength: 400 });
    fc.assert(
      fc.property(uuids, (all) => {
        const store = storeWith(...all.map((uuid) => ({ uuid })), ...all.map((uuid) => ({ uuid })));
        expect(Array.from({ length: store.size }, (_, row) => store.uuid(row))).toEqual(all);
      }),
      runs(10),
    );
  });

  it('takes nothing more once it is full, and loses nothing', () => {
    const store = new EventStore(1, 5_000);
    const taken = Array.from({ length: 100 }, (_, at) => store.add(event({ distinctId: `user ${at}` })));
    const count = taken.indexOf(false);
    expect(count).toBeGreaterThan(5);
    expect(taken.slice(count)).not.toContain(true);
    expect(store.isFull).toBe(true);
    expect(store.size).toBe(count);
    expect(store.people.find(`user ${count}`)).toBeUndefined();
    expect(store.distinctId(0)).toBe('user 0');
  });

  it('stays whole after an event that cannot be stored', () => {
    const store = storeWith({ properties: { a: 'first', b: [] } });
    const tooDeep: Json = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(() => store.add(event({ properties: { a: 'lost', b: tooDeep } }))).toThrow(RangeError);
    store.add(event({ properties: { a: 'second', b: [1] } }));
    expect([store.size, store.properties(0), store.properties(1)]).toEqual([
      2,
      { a: 'first', b: [] },
      { a: 'second', b: [1] },
    ]);
  });

  it('has room for a million events of an SDK', () => {
    const store = new EventStore(1);
    const count = 20_000;
    for (let at = 0; at < count; at += 1) {
      const variant = at % 2 === 0 ? 'control' : 'test';
      const lib = { $lib: 'posthog-node', $lib_version: '5.70.0', $is_server: true };
      const flag = { $feature_flag: 'checkout', $feature_flag_response: variant, '$feature/checkout': variant };
      const properties = { ...lib, ...flag, $feature_flag_id: 1, $feature_flag_request_id: `request ${at}` };
      store.add(event({ distinctId: `user ${at % 2_000}`, timestamp: AT + at, properties }));
    }
    expect((store.bytes / count) * 1_000_000).toBeLessThan(400 * 1024 * 1024);
  });

  it.each([
    ['names', (at: number) => ({ event: `event ${at}` })],
    ['distinct ids', (at: number) => ({ distinctId: `user ${at}` })],
    ['values', (at: number) => ({ properties: { page: `page ${at}` } })],
    ['lists', (at: number) => ({ properties: { pages: [at] } })],
    ['keys', (at: number) => ({ properties: { [`key ${at}`]: true } })],
    ['traits of persons', (at: number) => ({ properties: { $set: { [`key ${at}`]: true } } })],
    ['groups', (at: number) => ({ event: '$groupidentify', properties: { $group_type: 'team', $group_key: at } })],
    ['events alone', () => ({})],
  ])('is full at last whatever grows: %s', (_, about) => {
    const store = new EventStore(1, 100_000);
    let added = 0;
    while (added < 10_000 && store.add(event(about(added)))) added += 1;
    expect(added).toBeLessThan(10_000);
  });
});

describe('persons', () => {
  it('have the uuid that PostHog would give them', () => {
    // Of project 1 and the distinct id "ann": uuid5 of "1:ann" in PostHog's namespace.
    expect(storeWith({}).personId(0)).toBe('fe27503b-3771-5a01-819d-96bf829dfb35');
  });

  it.each<[what: string, events: Partial<NewEvent>[], persons: number[]]>([
    ['are one by distinct id', [{}, { distinctId: 'bob' }, {}], [0, 1, 0]],
    [
      'are merged by $identify, for earlier events too',
      [{ distinctId: 'anon' }, {}, { event: '$identify', properties: { $anon_distinct_id: 'anon' } }],
      [0, 0, 0],
    ],
    [
      'are merged by an alias',
      [{ distinctId: 'old' }, {}, { event: '$create_alias', properties: { distinct_id: 'ann', alias: 'old' } }],
      [0, 0, 0],
    ],
    [
      'are known by an alias that comes before its first event',
      [{ event: '$create_alias', properties: { alias: 'new' } }, { distinctId: 'new' }],
      [0, 0],
    ],
    [
      'stay two where both are identified',
      [
        { event: '$identify', properties: { $anon_distinct_id: 'anon 1' } },
        { event: '$identify', distinctId: 'bob', properties: { $anon_distinct_id: 'anon 2' } },
        { event: '$create_alias', properties: { alias: 'bob' } },
      ],
      [0, 1, 0],
    ],
    [
      'are merged dangerously even then, with all their ids',
      [
        { event: '$identify', properties: { $anon_distinct_id: 'anon 1' } },
        { event: '$identify', distinctId: 'bob', properties: { $anon_distinct_id: 'anon 2' } },
        { event: '$merge_dangerously', properties: { alias: 'bob' } },
        { distinctId: 'anon 2' },
      ],
      [0, 0, 0, 0],
    ],
    [
      'are not merged by an id that many share by mistake',
      [
        { distinctId: 'null' },
        { event: '$identify', properties: { $anon_distinct_id: 'null' } },
        { event: '$identify', distinctId: 'bob', properties: { $anon_distinct_id: 'undefined' } },
      ],
      [0, 1, 2],
    ],
  ])('%s', (_, events, expected) => {
    expect(persons(storeWith(...events))).toEqual(expected);
  });

  it('have the properties that they have now, in every event', () => {
    const store = storeWith(
      { properties: { $set: { plan: 'free', size: 1 }, $set_once: { source: 'ad' } } },
      { properties: { $set: { plan: 'pro' }, $set_once: { source: 'mail', first: true } } },
      { properties: { $unset: ['size'] } },
      { properties: { $set: { plan: 'none' }, $process_person_profile: false } },
    );
    expect(store.personProperties(0)).toEqual({ plan: 'pro', source: 'ad', first: true });
    expect(store.personProperty(3, 'plan')).toBe('pro');
    expect(store.personProperty(0, 'toString')).toBeUndefined();
  });

  it('keep their own properties and the earlier date when they are merged', () => {
    const store = storeWith(
      { distinctId: 'anon', timestamp: AT - 5_000, properties: { $set: { plan: 'free', source: 'ad' } } },
      { properties: { $set: { plan: 'pro' } } },
      { event: '$identify', properties: { $anon_distinct_id: 'anon' } },
    );
    expect(store.personProperties(0)).toEqual({ plan: 'pro', source: 'ad' });
    expect(store.personCreatedAt(1)).toBe(AT - 5_000);
  });
});

describe('groups', () => {
  it('get an index by type, five at most, and events that name them get their keys', () => {
    const types = ['organization', 'team', 'shop', 'device', 'city', 'planet'];
    const store = storeWith(
      {
        event: '$groupidentify',
        properties: { $group_type: 'organization', $group_key: 'acme', $group_set: { size: 5 } },
      },
      {
        event: '$groupidentify',
        properties: { $group_type: 'organization', $group_key: 'acme', $group_set: { plan: 'pro' } },
      },
      { properties: { $groups: Object.fromEntries(types.map((type, at) => [type, `${type} ${at}`])) } },
    );
    expect(store.groups.types).toEqual(types.slice(0, 5));
    expect(store.groups.traits(0, 'acme')).toEqual({ size: 5, plan: 'pro' });
    expect(store.property(2, '$group_4')).toBe('city 4');
    expect(store.property(2, '$group_5')).toBeUndefined();
  });
});
