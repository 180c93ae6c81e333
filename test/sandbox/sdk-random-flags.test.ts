import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Evaluation, evaluate } from '../../src/sandbox/evaluation/evaluate.js';
import { flags } from '../../src/sandbox/sdk/flags.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import type { FlagRow } from '../../src/sandbox/store/model.js';
import { localSdkOn, sdkOn } from '../helpers/posthog-sdk.js';
import { insertRandomFlags, person } from '../helpers/random-flags.js';
import { subject } from './sdk-support.js';
import { at, bench } from './support.js';

const FLAGS = 50;
const IDS = 5_000;
const SEED = 17;
/** Ids for which the SDK asks by HTTP; for the others, the route is called directly, which is 20 times as fast. */
const REMOTE_IDS = 250;

/** What the route answers, without HTTP, in the form in which the SDK hands it on. */
function askDirectly({ store, projectToken }: Sandbox, body: object) {
  const readBody = () => ({ token: projectToken, ...body });
  const answer = flags({ method: 'POST', query: new URLSearchParams('v=1'), headers: {}, readBody, store });
  const featureFlagPayloads = Object.entries(
    z.record(z.string(), z.string()).parse(at(answer.body, 'featureFlagPayloads')),
  );
  return {
    featureFlags: at(answer.body, 'featureFlags'),
    featureFlagPayloads: Object.fromEntries(featureFlagPayloads.map(([key, text]) => [key, JSON.parse(text)])),
  };
}

type Own = { flag: FlagRow } & Evaluation;

/** In the form in which the SDK hands them on. */
function handedOn(own: readonly Own[]) {
  const payloads = own.flatMap(({ flag, payload }) =>
    payload === null ? [] : [[flag.key, JSON.parse(payload)] as const],
  );
  return {
    featureFlags: Object.fromEntries(own.map(({ flag, value }) => [flag.key, value])),
    featureFlagPayloads: Object.fromEntries(payloads),
  };
}

describe('random flags', () => {
  it('give each id what PostHog’s SDK evaluates by itself, and what the server answers it', async () => {
    const { sandbox } = await bench();
    sandbox.store.events.get(sandbox.projectId)?.groups.index('organization');
    const rows = insertRandomFlags(sandbox.store, FLAGS, SEED);
    const [local, remote] = [await localSdkOn(sandbox), sdkOn(sandbox)];
    const served = new Map(rows.map(({ key }) => [key, new Set<unknown>()]));

    const compare = async (id: number) => {
      const [distinctId, personProperties, organization] = [`user-${id}`, person(id), person(id % 500)];
      const groups = { organization: `group ${id % 500}` };
      const byType = new Map([[0, { key: groups.organization, properties: organization }]]);
      const who = subject({ distinctId, properties: personProperties, groups: byType });
      const own = rows.map((flag) => ({ flag, ...evaluate(flag, who) })).filter(({ flag }) => !flag.deleted);
      for (const { flag, value } of own) served.get(flag.key)?.add(value);
      const options = { personProperties, groups, groupProperties: { organization } };
      const alone = await local.getAllFlagsAndPayloads(distinctId, { ...options, onlyEvaluateLocally: true });
      expect(alone).toEqual(handedOn(own));
      const stated = { person_properties: personProperties, groups, group_properties: { organization } };
      const asked =
        id < REMOTE_IDS
          ? await remote.getAllFlagsAndPayloads(distinctId, options)
          : askDirectly(sandbox, { distinct_id: distinctId, ...stated });
      expect(asked).toEqual(handedOn(own.filter(({ flag }) => flag.active)));
    };
    for (let id = 0; id < IDS; id += 1) await compare(id);

    // They are worth comparing: each kind of answer occurs.
    const all = [...served.values()].flatMap((values) => [...values]);
    expect(new Set(all)).toEqual(new Set([false, true, 'control', 'test-1', 'test-2', 'test-3', 'holdout-3']));
    expect([...served.values()].filter((values) => values.size > 1).length).toBeGreaterThan(FLAGS / 2);
  });
});
