import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { ALL_TOOLS } from '../../tools/index.js';
import { changesOf, confirm, foretold, preview, tokenOf, wholeStore } from '../helpers/consent.js';
import { openFor } from '../helpers/furnish.js';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { warningCodes } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { NOW, openWorld, type World } from '../helpers/world.js';

const SPLIT = [
  { key: 'control', split_percent: 80 },
  { key: 'test', split_percent: 20 },
];

/** Calls of their highest level, where the valid call of a tool has a lower one. */
const LIVE_CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  'experiment-update': { id: RUNNING, variants: SPLIT, update_feature_flag_params: true },
  'experiment-archive': { id: STOPPED, disable_feature_flag: true },
};
const risky = ALL_TOOLS.filter(({ access }) => access === 'live' || access === 'destructive').map(
  ({ name }) => [name, LIVE_CALLS[name] ?? VALID_CALLS[name] ?? {}] as const,
);

describe.each(risky)('%s', (tool, args) => {
  const call = { tool, args };

  it('risk 27: is shown first and changes nothing, then acts as shown once it is confirmed', async () => {
    const world = await openFor(tool, { confirm: 'token', consent: { now: () => NOW.getTime() } });
    const shown = await preview(world, call);
    const expires_at = new Date(NOW.getTime() + TOKEN_LIFE_MS).toISOString();
    expect(shown.data).toMatchObject({
      changes: expect.any(Array),
      effects: { users: expect.any(String), analysis: expect.any(String) },
      undo: expect.any(Object),
      expires_at,
    });
    expect(changesOf(shown)).not.toEqual([]);
    expect(shown.text).toContain(tokenOf(shown));
    expect(shown.text).toContain('Nothing has changed yet.');
    const done = await world.call(tool, { ...args, confirmation_token: tokenOf(shown) });
    expect(done.data, done.text).toMatchObject({ status: 'applied', effects: shown.data.effects });
    expect(changesOf(done)).toEqual(foretold(shown));
  });

  it('acts at once where nothing is to be confirmed, and says so', async () => {
    const world = await openFor(tool);
    const done = await world.call(tool, args);
    expect(done.data).toMatchObject({ status: 'applied' });
    expect(warningCodes(done)).toContain('acted_at_once');
  });
});

describe('a conclusion', () => {
  it('is confirmed although the evidence, which fills its comment, has grown older meanwhile', async () => {
    const clock = { now: NOW };
    const world = await openWorld({ confirm: 'token', now: () => clock.now });
    const call = { tool: 'experiment-end', args: { id: RUNNING, conclusion: 'won' } };
    const shown = await preview(world, call);
    clock.now = new Date(NOW.getTime() + 8 * 60_000);
    expect((await confirm(world, call, shown)).data).toMatchObject({ status: 'applied' });
  });

  it('is shown with the reason that is to be stored, where one is given', async () => {
    const world = await openWorld({ confirm: 'token' });
    const args = { id: RUNNING, conclusion: 'won', override_reason: 'Legal asked for it.' };
    const shown = await preview(world, { tool: 'experiment-end', args });
    expect(JSON.stringify(changesOf(shown))).toContain('Reason given: Legal asked for it.');
  });
});

const HARMLESS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['experiment-create', { name: 'New', feature_flag_key: 'new' }],
  ['experiment-duplicate', { id: RUNNING }],
  ['experiment-update', { id: DRAFT, variants: SPLIT, rollout_percentage: 10 }],
  ['experiment-update', { id: RUNNING, description: 'Words.' }],
  ['experiment-update', { id: STOPPED, conclusion: 'inconclusive', conclusion_comment: 'No difference.' }],
  ['experiment-archive', { id: STOPPED }],
  ['experiment-end', { id: RUNNING, conclusion: 'inconclusive' }],
  ['experiment-holdouts-create', { name: 'Kept out', exclusion_percent: 5 }],
  ['experiments-bulk-update-tags-create', { ids: [DRAFT], action: 'add', tags: ['q3'] }],
];

describe('what reaches no user', () => {
  it.each(HARMLESS)('is done at once: %s %j', async (tool, args) => {
    const world = await openWorld({ confirm: 'token' });
    const done = await world.call(tool, args);
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(warningCodes(done)).not.toContain('acted_at_once');
    expect(done.data).not.toHaveProperty('confirmation_token');
  });
});

describe('what is not asked about', () => {
  it('is what holds already', async () => {
    const world = await openWorld({ confirm: 'token' });
    expect((await world.call('experiment-pause', { id: PAUSED })).data).toMatchObject({ status: 'already_done' });
  });

  it('is what PostHog would refuse: it is refused in its words, and nothing is sent', async () => {
    const world = await openWorld({ confirm: 'token' });
    const before = wholeStore(world);
    const answer = await world.call('experiment-pause', { id: DRAFT });
    expect(answer.data.error).toMatchObject({ code: 'refused', detail: 'Experiment has not been launched yet.' });
    expect(wholeStore(world)).toEqual(before);
  });
});

describe('the same call', () => {
  it.each([
    ['with the id under another name', 'experiment-pause', { id: RUNNING }, { experiment_id: String(RUNNING) }],
    [
      'with its arguments in another order and its defaults written out',
      'experiment-archive',
      { id: STOPPED, disable_feature_flag: true },
      { disable_feature_flag: true, id: `${STOPPED}` },
    ],
    [
      'with a default given',
      'experiment-reset',
      { id: STOPPED },
      { disable_feature_flag: false, experimentId: STOPPED },
    ],
  ])('is confirmed %s', async (_, tool, shown, again) => {
    const world = await openWorld({ confirm: 'token' });
    const confirmation_token = tokenOf(await preview(world, { tool, args: shown }));
    expect((await world.call(tool, { ...again, confirmation_token })).data).toMatchObject({ status: 'applied' });
  });

  const ship = (world: World, more: object) =>
    world.call('experiment-ship-variant', { id: RUNNING, variant_key: 'test', conclusion_comment: 'Ours.', ...more });

  it.each([
    ['is given only the second time', {}],
    ['was shown', { override_reason: 'B.' }],
  ])('is confirmed with a reason that %s', async (_, reason) => {
    const world = await openWorld({ confirm: 'token' });
    const confirmation_token = tokenOf(await ship(world, reason));
    const done = await ship(world, { confirmation_token, override_reason: 'B.' });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(String((await world.stored(RUNNING)).conclusion_comment)).toMatch(
      /^Ours\.\n\nOverride: .*Reason given: B\.$/,
    );
  });

  it.each([[{ override_reason: 'B.' }], [{}]])(
    'is not confirmed with %j where another reason was shown',
    async (reason) => {
      const world = await openWorld({ confirm: 'token' });
      const confirmation_token = tokenOf(await ship(world, { override_reason: 'A.' }));
      const again = await ship(world, { confirmation_token, ...reason });
      expect(warningCodes(again)).toContain('token_other_call');
      expect(await world.stored(RUNNING)).toMatchObject({ status: 'running' });
    },
  );
});
