import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, RUNNING, SHARED, SHARED_TOO, STOPPED, shop } from '../helpers/shop.js';
import { experimentRow, flagRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-get';

describe('experiment-get', () => {
  it('answers with what a change should start from', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
  });

  it('adds filters, queries and settings in full where asked', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, detail: 'full' });
    expect(answer.data).toMatchObject({
      feature_flag: { filters: flagRow(world, RUNNING).filters },
      stats_config: { method: 'bayesian' },
      exposure_criteria: { filterTestAccounts: true },
      metrics: [{ query: { kind: 'ExperimentMetric' } }],
      created_by_id: world.sandbox.store.currentUser.id,
    });
    expect((await world.call(tool, { id: RUNNING })).data).not.toHaveProperty('created_by_id');
  });

  it('reads an experiment whose flag was deleted and gave its key away', async () => {
    const world = await openWorld();
    const flag = flagRow(world, STOPPED);
    const key = flag.key;
    Object.assign(flag, { deleted: true, key: `${key}:deleted:${flag.id}` });
    expect((await world.call(tool, { id: STOPPED })).data).toMatchObject({
      feature_flag_key: key,
      feature_flag: { key: `${key}:deleted:${flag.id}`, deleted: true },
    });
    const assessed = await world.call('experiment-assess', { id: STOPPED });
    expect(assessed.isError, assessed.text).toBe(false);
    expect(assessed.text).not.toContain(`$feature/${key}:deleted`);
  });

  it('says where internal users count, which no other word would tell', async () => {
    const world = await openWorld();
    experimentRow(world, RUNNING).exposure_criteria = { filterTestAccounts: false };
    expect((await world.call(tool, { id: RUNNING })).data).toMatchObject({ filter_test_accounts: false });
  });

  it.each<[what: string, config: object | null, launched: string | null, expected: [string, string]]>([
    ['PostHog’s older default', null, '2026-05-01T00:00:00Z', ['$feature_flag_called', 'default']],
    ['PostHog’s newer default', null, '2026-09-02T00:00:00Z', ['$experiment_exposure', 'default']],
    [
      'the older default where it is chosen',
      { event: '$feature_flag_called' },
      '2026-09-02T00:00:00Z',
      ['$feature_flag_called', 'configured'],
    ],
    ['an own event', { event: 'opened', properties: [] }, '2026-09-02T00:00:00Z', ['opened', 'configured']],
    ['an action', { kind: 'ActionsNode', id: 12 }, null, ['action:12', 'configured']],
  ])(
    'names the exposure event that PostHog counts, and who chose it: %s',
    async (_, config, launched, [event, source]) => {
      const now = () => new Date('2026-10-01T12:00:00Z');
      const world = await openWorld({ now, scenario: { ...shop, rollouts: ['experiment-exposure-event'] } });
      const id = launched === null ? DRAFT : RUNNING;
      Object.assign(experimentRow(world, id), { start_date: launched, exposure_criteria: { exposure_config: config } });
      const wanted = { exposure_event: event, exposure_event_source: source };
      expect((await world.call(tool, { id })).data).toMatchObject(wanted);
      if (launched !== null) return;
      const checks = Object((await world.call('experiment-preflight', { id })).data).checks;
      const check = checks.find(({ code }: { code: string }) => code === 'exposure_criteria');
      expect(check).toMatchObject({ status: 'warning', evidence: { event, event_source: source } });
      expect(check.title).toContain(event);
    },
  );

  it('makes one request, a read', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING });
    expect(world.requests()).toEqual([`GET /api/projects/1/experiments/${RUNNING}/`]);
  });

  it.each(['concise', 'full'])('shows no email, distinct id or uuid of a person (%s)', async (detail) => {
    const world = await openWorld();
    const { data, text } = await world.call(tool, { id: RUNNING, detail });
    const { email, uuid, distinct_id } = world.sandbox.store.currentUser;
    for (const secret of [email, uuid, distinct_id, 'hedgehog_config', 'is_email_verified']) {
      expect(text).not.toContain(secret);
      expect(JSON.stringify(data)).not.toContain(secret);
    }
    expect(data.created_by).toBe('Sandy Box');
  });

  it('finds one by the key of its flag', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { feature_flag_key: 'pricing-page' });
    expect(answer.data).toMatchObject({ id: STOPPED, status: 'stopped' });
  });

  it('finds an archived one by key where no other has it', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { feature_flag_key: 'old-banner' });
    expect(answer.data).toMatchObject({ id: ARCHIVED, archived: true });
  });

  it.each(['pricing', 'nobody-has-it'])('reports a key that no flag has exactly as data: %s', async (key) => {
    const world = await openWorld();
    const answer = await world.call(tool, { feature_flag_key: key });
    expect(answer.isError).toBe(false);
    expect(answer.data).toMatchObject({ found: false, reason: 'no_flag', candidates: [] });
    expect(answer.text).toContain('experiment-list');
  });

  it('reports a flag that no experiment uses, and takes its word for it without feature_flag:read', async () => {
    const miss = { found: false, reason: 'no_experiment', candidates: [] };
    const world = await openWorld();
    world.sandbox.store.insertFlag({ project_id: 1, key: 'plain', filters: flagRow(world, DRAFT).filters });
    expect((await world.call(tool, { feature_flag_key: 'plain' })).data).toMatchObject(miss);
    const limited = await openWorld({ scopes: ['experiment:read'] });
    expect((await limited.call(tool, { feature_flag_key: 'nobody-has-it' })).data).toMatchObject(miss);
  });

  it('finds the exact key behind more than a page of keys that hold it', async () => {
    const world = await openWorld();
    const { store } = world.sandbox;
    const { filters } = flagRow(world, DRAFT);
    for (let number = 0; number < 120; number += 1) {
      const flag = store.insertFlag({ project_id: 1, key: `button-colour-${number}`, filters });
      store.insertExperiment({ project_id: 1, name: `Variation ${number}`, flag_id: flag.id });
    }
    expect((await world.call(tool, { feature_flag_key: 'button-colour' })).data).toMatchObject({ id: DRAFT });
  });

  it('names the experiments that share a key instead of guessing', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { feature_flag_key: 'signup' });
    expect(answer.isError).toBe(false);
    expect(answer.data).toMatchObject({ found: false, reason: 'ambiguous' });
    const candidates = [
      { id: SHARED_TOO, name: 'Signup layout', status: 'running', archived: false },
      { id: SHARED, name: 'Signup copy', status: 'running', archived: false },
    ];
    expect(answer.data.candidates).toEqual(expect.arrayContaining(candidates));
    expect(answer.text).toContain('call again with its id');
  });

  it('names archived ones among the candidates, where none is live', async () => {
    const world = await openWorld();
    for (const id of [SHARED, SHARED_TOO]) experimentRow(world, id).end_date = experimentRow(world, id).start_date;
    const archived = [SHARED, SHARED_TOO].map((id) => ({ id, status: 'stopped', archived: true }));
    for (const id of [SHARED, SHARED_TOO]) experimentRow(world, id).archived = true;
    const { data } = await world.call(tool, { feature_flag_key: 'signup' });
    expect(data).toMatchObject({
      reason: 'ambiguous',
      candidates: expect.arrayContaining(archived.map((row) => expect.objectContaining(row))),
    });
  });

  it('takes the live one of several on a key', async () => {
    const world = await openWorld();
    await world.call('experiment-end', { id: SHARED });
    expect((await world.call(tool, { feature_flag_key: 'signup' })).data).toMatchObject({ id: SHARED_TOO });
  });

  it.each([{}, { id: RUNNING, feature_flag_key: 'signup' }])('refuses %j before any request', async (args) => {
    const world = await openWorld();
    const answer = await world.call(tool, args);
    expect(answer.text).toContain('give exactly one of id and feature_flag_key');
    expect(world.requests()).toEqual([]);
  });

  it('says that an id is not there and where to look', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: 4711 });
    expect(answer.data.error).toMatchObject({ code: 'not_found', status: 404, next_tool: 'experiment-list' });
    expect(answer.text).toContain('Experiment 4711 was not found in project 1.');
  });

  it('survives a status, fields and null settings that it has never heard of', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.endsWith(`/experiments/${DRAFT}/`)
            ? {
                status: 200,
                body: {
                  id: DRAFT,
                  name: 'N',
                  status: 'hibernating',
                  feature_flag_key: 'k',
                  brand_new: { secret: 'x' },
                },
              }
            : undefined,
      },
    });
    const answer = await world.call(tool, { id: DRAFT, detail: 'full' });
    expect(answer.data).toMatchObject({ id: DRAFT, status: 'hibernating' });
    expect(answer.text).not.toContain('secret');
    expect(sent(world)).toEqual([]);
  });

  it('derives the status where an older PostHog leaves it out', async () => {
    const world = await openWorld();
    const { status: _, ...older } = await world.stored(STOPPED);
    const aged = await openWorld({ faults: { respond: () => ({ status: 200, body: older }) } });
    expect((await aged.call(tool, { id: STOPPED })).data.status).toBe('stopped');
    expect(experimentRow(world, STOPPED).end_date).not.toBeNull();
  });
});
