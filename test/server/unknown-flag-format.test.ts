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
