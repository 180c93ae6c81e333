import { flagWire } from '../../src/schema/flag.js';
import { servedShares } from '../../src/serving/served.js';
import { servedText } from '../../src/serving/serving.js';
import { claimOf } from './claims.js';
import { localSdkOn } from './posthog-sdk.js';
import { insertRandomFlags, person } from './random-flags.js';
import { openWorld, type World } from './world.js';

const FLAGS = 300;
const SEED = 23;
/** So far a share of a sample is off by chance in one of some hundred thousand comparisons. Standard errors. */
const SIGMAS = 5;

type Counts = Map<string, Map<string, number>>;

/** How many of many people PostHog's SDK gives each value of each flag, evaluated by itself. */
export async function askedOfSdk({ sandbox }: World, ids: number): Promise<Counts> {
  const sdk = await localSdkOn(sandbox);
  const counts: Counts = new Map();
  for (let id = 0; id < ids; id++) {
    const properties = person(id);
    const answers = await sdk.getAllFlags(`user-${id}`, {
      ...{ personProperties: properties, groups: { organization: `group ${id}` } },
      ...{ groupProperties: { organization: properties }, onlyEvaluateLocally: true },
    });
    for (const [key, value] of Object.entries(answers)) {
      const values = counts.get(key) ?? new Map<string, number>();
      values.set(String(value), (values.get(String(value)) ?? 0) + 1);
      counts.set(key, values);
    }
  }
  await sdk.shutdown();
  return counts;
}

/** Whether a share of a sample fits these bounds of the truth. */
function fits(count: number, { min, max }: { min: number; max: number }, ids: number): boolean {
  const error = (share: number) => SIGMAS * Math.sqrt((share * (1 - share)) / ids) + 1 / ids;
  const share = count / ids;
  return share >= min - error(min) && share <= max + error(max);
}

const IS_INSIDE = (value: string) => value !== 'false' && !value.startsWith('holdout-');

function insideOf(values: ReadonlyMap<string, number>): number {
  return [...values].reduce((sum, [value, count]) => (IS_INSIDE(value) ? sum + count : sum), 0);
}

/** What a sentence claims otherwise than the SDK answers; null where it claims no share. */
export function wrongIn(sentence: string, values: ReadonlyMap<string, number>, ids: number): string[] | null {
  const claim = claimOf(sentence);
  if (claim === null) return null;
  return Object.entries(claim.shares).flatMap(([key, bounds]) => {
    const count = key === 'inside' ? insideOf(values) : (values.get(key) ?? 0);
    return fits(count, bounds, ids) ? [] : [`${sentence} | ${key} ${JSON.stringify(bounds)}, but ${count / ids}`];
  });
}

/**
 * What shares and sentences claim of 300 random flags otherwise than PostHog's SDK answers so many ids, and how many sentences
 * claim a share at all; the others tell of release groups whose conditions decide.
 */
export async function wrongOfRandomFlags(ids: number): Promise<{ wrong: string[]; claims: number }> {
  const world = await openWorld();
  const { store, projectId } = world.sandbox;
  store.events.get(projectId)?.groups.index('organization');
  const rows = insertRandomFlags(store, FLAGS, SEED).filter(({ deleted }) => !deleted);
  const counts = await askedOfSdk(world, ids);
  const wrong: string[] = [];
  let claims = 0;
  for (const row of rows) {
    const flag = flagWire.parse(row);
    const values = counts.get(row.key) ?? new Map([['false', ids]]);
    const served = servedShares(flag);
    if (served === null) wrong.push(`${row.key}: nothing is said`);
    const told = new Set([...Object.keys(served?.values ?? {}), ...values.keys()]);
    for (const value of told) {
      const bounds = served?.values[value] ?? { min: 0, max: 0 };
      if (!fits(values.get(value) ?? 0, bounds, ids))
        wrong.push(`${row.key} ${value} ${JSON.stringify(bounds)}, but ${values.get(value)}`);
    }
    if (!flag.active) continue;
    const said = wrongIn(servedText(flag), values, ids);
    claims += said === null ? 0 : 1;
    wrong.push(...(said ?? []));
  }
  return { wrong, claims };
}
