import { describe, expect, test } from 'vitest';
import { KEYS, keyWithScopes } from '../../src/sandbox/http/auth.js';
import { type Bench, bench, START } from './support.js';

const END = { conclusion: 'lost', conclusion_comment: 'No.' };

/** What the log says last of the experiment itself: the activity, and each column that changed. */
function logged({ sandbox }: Bench): readonly [activity: string | undefined, changes: Record<string, unknown>] {
  const entry = sandbox.store.experiments.get(1)?.activity.findLast(({ about }) => about === undefined);
  const changes = entry?.changes.map(({ field, before, after }) => [field, [before, after]]) ?? [];
  return [entry?.activity, Object.fromEntries(changes)];
}

describe('the log of an experiment says of each step what it changed', () => {
  const steps: readonly (readonly [string, object | undefined, string, Record<string, unknown>])[] = [
    ['launch', undefined, 'updated', { start_date: [null, START] }],
    ['pause', undefined, 'paused', {}],
    ['resume', undefined, 'resumed', {}],
    ['end', END, 'updated', { end_date: [null, START], conclusion: [null, 'lost'], conclusion_comment: [null, 'No.'] }],
    ['archive', undefined, 'updated', { archived: [false, true] }],
    ['unarchive', undefined, 'updated', { archived: [true, false] }],
    [
      'reset',
      undefined,
      'updated',
      {
        start_date: [START, null],
        end_date: [START, null],
        conclusion: ['lost', null],
        conclusion_comment: ['No.', null],
      },
    ],
  ];

  test('from launch to reset', async () => {
    const ready = await bench();
    const path = await ready.draft();
    for (const [action, body, activity, changes] of steps) {
      expect((await ready.post(`${path}${action}/`, body)).status, action).toBe(200);
      expect(logged(ready), action).toEqual([activity, changes]);
    }
  });
});

describe('a reset', () => {
  test('takes the experiment out of the archive', async () => {
    const { draft, post } = await bench();
    const path = await draft();
    for (const action of ['launch', 'end', 'archive']) await post(`${path}${action}/`);
    expect((await post(`${path}reset/`)).json).toMatchObject({ status: 'draft', archived: false });
  });
});

describe('a launch', () => {
  test('does not touch a flag that is on already', async () => {
    const { draft, post, patch, sandbox } = await bench();
    const path = await draft();
    await patch('/feature_flags/1/', { active: true });
    const version = sandbox.store.flags.get(1)?.version;
    expect((await post(`${path}launch/`)).json.status).toBe('running');
    expect(sandbox.store.flags.get(1)?.version).toBe(version);
  });
});

describe('an end', () => {
  test('stores the repository that it is given, and keeps the one there was', async () => {
    const { draft, post, patch, sandbox } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    sandbox.store.mainProject.repositories = ['shop/web'];
    await post(`${path}end/`, { conclusion: 'won', open_cleanup_pr: true, repository: 'shop/web' });
    expect(sandbox.store.experiments.get(1)?.repository).toBe('shop/web');
    await patch(path, { end_date: null });
    await post(`${path}end/`);
    expect(sandbox.store.experiments.get(1)?.repository).toBe('shop/web');
  });
});

describe('an archive takes a flag that is off along', () => {
  const archivedWith = async (key: string, disable = false) => {
    const { draft, post, call, get } = await bench();
    const path = await draft();
    for (const action of ['launch', 'pause', 'end']) await post(`${path}${action}/`);
    expect((await call('POST', `${path}archive/`, { key, body: { disable_feature_flag: disable } })).status).toBe(200);
    return (await get('/feature_flags/1/')).json.archived;
  };

  test('where the key may write flags, and no other', async () => {
    const both = keyWithScopes(['experiment:write', 'feature_flag:write']);
    expect(await archivedWith(both)).toBe(true);
    expect(await archivedWith(both, true)).toBe(true);
    expect(await archivedWith(KEYS.experimentsOnly)).toBe(false);
  });
});
