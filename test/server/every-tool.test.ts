import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import { ALL_TOOLS } from '../../tools/index.js';
import { openFor } from '../helpers/furnish.js';
import { sent } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const cases = CATALOGUE.map(({ name }) => [name, VALID_CALLS[name] ?? {}] as const);
const onExperiments = ALL_TOOLS.filter((tool) => tool.idAliases).map(
  ({ name }) => [name, VALID_CALLS[name] ?? {}] as const,
);

const experimentShape = z.looseObject({ id: z.number(), name: z.string(), status: z.string() });

/** All experiments of an answer, however deep. */
function experimentsIn(value: unknown): z.output<typeof experimentShape>[] {
  if (value === null || typeof value !== 'object') return [];
  const { data } = experimentShape.safeParse(value);
  return [...(data ? [data] : []), ...Object.values(value).flatMap(experimentsIn)];
}

describe.each(cases)('%s', (name, args) => {
  it('takes the arguments it publishes', async () => {
    const world = await openFor(name);
    const answer = await world.call(name, args);
    expect(answer.isError, answer.text).toBe(false);
  });

  it('risk 22: refuses one unknown argument by name, before any request', async () => {
    const world = await openFor(name);
    const answer = await world.call(name, { ...args, frobnicate: 1 });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'frobnicate' });
    expect(answer.text).toContain('frobnicate: unknown argument');
    expect(world.requests()).toEqual([]);
  });

  it.each(['project_id', 'host', 'url', 'api_key', 'environment_id'])('has no argument %s', async (argument) => {
    const world = await openFor(name);
    const answer = await world.call(name, { ...args, [argument]: 'x' });
    expect(answer.text).toContain(`${argument}: unknown argument`);
    expect(world.requests()).toEqual([]);
  });

  it('risk 26: keeps to its own project', async () => {
    const world = await openFor(name);
    await world.call(name, args);
    const allowed = name === 'project-list' ? /^GET \/api\/projects\/$/ : /^[A-Z]+ \/api\/projects\/1\//;
    for (const request of world.requests()) expect(request).toMatch(allowed);
  });

  it('gives the link of every experiment that it shows', async () => {
    const world = await openFor(name);
    const { data } = await world.call(name, args);
    const unlinked = experimentsIn(data).filter(({ id, url }) => {
      const addresses = [url, data.url, String(data.item_url).replace('{id}', String(id))];
      return !addresses.some(
        (address) => /\/project\/\d+\/experiments\/(\d+)$/.exec(String(address))?.[1] === String(id),
      );
    });
    expect(unlinked).toEqual([]);
  });

  it('risk 21: shows nobody’s email, distinct id, uuid or hedgehog', async () => {
    const world = await openFor(name);
    const answer = await world.call(name, args);
    const { email, distinct_id, uuid } = world.sandbox.store.currentUser;
    const shown = answer.text + JSON.stringify(answer.data);
    for (const secret of [email, distinct_id, uuid, 'hedgehog', 'clickhouse', 'hogql'])
      expect(shown).not.toContain(secret);
  });
});

describe.each(onExperiments)('%s', (name, { id, ...rest }) => {
  it.each(['id', 'experiment_id', 'experimentId'])('takes a string of digits as %s', async (alias) => {
    const world = await openFor(name);
    const answer = await world.call(name, { ...rest, [alias]: String(id) });
    expect(answer.isError, answer.text).toBe(false);
  });

  // Where the id is one of two ways to name the experiment, a null says nothing.
  const empty = name === 'experiment-get' ? [] : [null, ''];
  it.each([true, '7e2', '0x10', -1, 0, 1.5, [4], '12345678901', { id: 1 }, ...empty])(
    'refuses the id %j before any request, and says what an id is',
    async (wrong) => {
      const world = await openFor(name);
      const answer = await world.call(name, { ...rest, id: wrong });
      expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'id' });
      expect(answer.text).toContain('id: must be a positive whole number, such as 12');
      expect(world.requests()).toEqual([]);
    },
  );

  it('says that an unknown experiment is not there and points to experiment-list', async () => {
    const world = await openFor(name);
    const answer = await world.call(name, { ...rest, id: 4711 });
    expect(answer.data.error).toMatchObject({ code: 'not_found', status: 404, next_tool: 'experiment-list' });
    expect(answer.text).toMatch(/experiment 4711 was not found in project 1\./i);
    expect(sent(world)).toEqual([]);
  });

  it('says the same of a deleted one', async () => {
    const world = await openFor(name);
    await world.call('experiment-delete', { id });
    const answer = await world.call(name, { ...rest, id });
    expect(answer.text).toMatch(new RegExp(`experiment ${id} was not found in project 1\\.`, 'i'));
    expect(answer.text).toContain('If it was deleted, experiment-update restore: true brings it back.');
    expect(sent(world)).toHaveLength(1);
  });
});
