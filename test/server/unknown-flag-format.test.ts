import { describe, expect, it } from 'vitest';
import { openAltered } from '../helpers/altered-world.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { type Call, sent } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

/** All flags of the answers as PostHog's coming config format shows them: no groups, and no variants. */
function inNewFormat(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(inNewFormat);
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      name === 'filters' && 'groups' in Object(value) ? { config_version: 2, rules: [] } : inNewFormat(value),
    ]),
  );
}

async function openNew(tool: string) {
  const altered = await openAltered(tool);
  for (const proxy of altered.proxies) proxy.rewrite(inNewFormat);
  return altered.world;
}

describe('a flag in a config format that is not known', () => {
  it.each(['experiment-get', 'experiment-assess', 'feature-flag-get'])(
    'is named by %s, not taken for one without variants',
    async (tool) => {
      const world = await openNew(tool);
      const answer = await world.call(tool, VALID_CALLS[tool]);
      expect(answer.isError, answer.text).toBe(false);
      expect(answer.text).toContain('config format that this version does not read');
      expect(JSON.stringify(answer.data)).not.toMatch(/"variants":\[\],|no variants|without a variant|nobody enters/);
    },
  );

  it.each<Call>([
    { tool: 'experiment-launch', args: { id: DRAFT } },
    { tool: 'experiment-pause', args: { id: RUNNING } },
    { tool: 'experiment-ship-variant', args: { id: RUNNING, variant_key: 'test' } },
    { tool: 'experiment-freeze-exposure', args: { id: RUNNING } },
    { tool: 'experiment-reset', args: { id: RUNNING, disable_feature_flag: true } },
    { tool: 'experiment-update', args: { id: RUNNING, rollout_percentage: 50 } },
    { tool: 'experiment-update', args: { id: DRAFT, rollout_percentage: 50 } },
    { tool: 'experiment-update', args: { id: DRAFT, start_date: '2026-05-01' } },
    { tool: 'feature-flag-restore', args: { id: 2, filters: '{"groups":[]}' } },
  ])('is not changed by $tool $args', async ({ tool, args }) => {
    const world = await openNew('experiment-get');
    const before = sent(world).length;
    const answer = await world.call(tool, args);
    expect(answer.data.error, answer.text).toMatchObject({ code: 'not_supported', next_tool: 'experiment-get' });
    expect(sent(world)).toHaveLength(before);
  });

  it('lets texts and conclusions be changed', async () => {
    const world = await openNew('experiment-get');
    const named = await world.call('experiment-update', { id: RUNNING, description: 'Words.' });
    expect(named.data, named.text).toMatchObject({ status: 'applied' });
    const ended = await world.call('experiment-end', { id: RUNNING, conclusion: 'invalid' });
    expect(ended.data, ended.text).toMatchObject({ status: 'applied' });
  });
});

/** An experiment, or each of a list, with one member of a list of it replaced. */
function withOdd(path: readonly string[], odd: unknown) {
  const change = (value: unknown, [key = '', ...rest]: readonly string[]): unknown => {
    const inner: unknown = Reflect.get(Object(value), key);
    if (rest.length > 0) return { ...Object(value), [key]: change(inner, rest) };
    return { ...Object(value), [key]: [odd, ...(Array.isArray(inner) ? inner.slice(1) : [])] };
  };
  return (json: unknown, asked: string) =>
    asked.startsWith('GET ') && Object.hasOwn(Object(json), 'feature_flag_key') ? change(json, path) : json;
}

const VARIANTS = ['feature_flag', 'filters', 'multivariate', 'variants'];
const GROUPS = ['feature_flag', 'filters', 'groups'];

describe('a variant or a release condition that cannot be read', () => {
  const open = async (path: readonly string[], odd: unknown = { key: 7 }) => {
    const { world, proxies } = await openAltered('experiment-get');
    for (const proxy of proxies) proxy.rewrite(withOdd(path, odd));
    return world;
  };

  it.each([
    ['variant', VARIANTS, null],
    ['release condition', GROUPS, { properties: 'x' }],
  ])('is named by reads, which show the rest: a %s', async (kind, path, odd) => {
    const world = await open(path, odd);
    for (const tool of ['experiment-get', 'experiment-assess', 'experiment-results', 'experiment-preflight']) {
      const { isError, text } = await world.call(tool, { id: tool === 'experiment-preflight' ? DRAFT : RUNNING });
      expect(isError, text).toBe(false);
      expect(text).toContain(`${kind} 1 cannot be read (`);
    }
    const { data } = await world.call('experiment-get', { id: RUNNING });
    const variants = kind === 'variant' ? ['test'] : ['control', 'test'];
    expect(Object(data.feature_flag).variants.map(({ key }: { key: string }) => key)).toEqual(variants);
  });

  it.each<Call & { path: readonly string[] }>([
    { tool: 'experiment-update', args: { id: RUNNING, rollout_percentage: 50 }, path: VARIANTS },
    { tool: 'experiment-ship-variant', args: { id: RUNNING, variant_key: 'test' }, path: GROUPS },
    { tool: 'experiment-pause', args: { id: RUNNING }, path: VARIANTS },
    { tool: 'experiment-launch', args: { id: DRAFT }, path: GROUPS },
    { tool: 'experiment-update', args: { id: RUNNING, tags: ['a'] }, path: ['tags'] },
    { tool: 'experiment-update', args: { id: RUNNING, add_saved_metric_id: 1 }, path: ['saved_metrics'] },
    { tool: 'experiment-update', args: { id: RUNNING, description: 'x' }, path: ['excluded_variants'] },
  ])('is overwritten by no $tool $args', async ({ tool, args, path }) => {
    const world = await open(path, path === GROUPS ? { properties: 'x' } : { key: 7 });
    const before = sent(world).length;
    const answer = await world.call(tool, args);
    expect(answer.data.error, answer.text).toMatchObject({ code: 'not_supported' });
    expect(answer.text).toMatch(/1 cannot be read \(.*Nothing was sent/);
    expect(sent(world)).toHaveLength(before);
  });

  it('leaves what does not touch the flag open to change, and the flag as it is stored', async () => {
    const world = await open(VARIANTS);
    const flag = JSON.stringify(Object(await world.stored(RUNNING)).feature_flag.filters);
    const answer = await world.call('experiment-update', { id: RUNNING, description: 'Words.' });
    expect(answer.data, answer.text).toMatchObject({ status: 'applied' });
    expect(JSON.stringify(Object(await world.stored(RUNNING)).feature_flag.filters)).toBe(flag);
  });
});
