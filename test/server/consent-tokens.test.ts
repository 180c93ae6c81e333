import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import type { ExperimentRow, FlagRow } from '../../src/sandbox/store/model.js';
import { confirm, openTokenWorld, preview, tokenOf, wholeStore } from '../helpers/consent.js';
import { PAUSED, RUNNING, STOPPED, shop } from '../helpers/shop.js';
import { type Call, experimentRow, flagRow, warningCodes } from '../helpers/state.js';
import { type Answer, openWorld, type World } from '../helpers/world.js';

const RESET: Call = { tool: 'experiment-reset', args: { id: STOPPED } };
const PAUSE: Call = { tool: 'experiment-pause', args: { id: RUNNING } };

/** Expects that the token was not taken: nothing changed, and a new preview says why and can be confirmed. */
async function expectShownAnew(world: World, call: Call, confirmation_token: string, code: string): Promise<Answer> {
  const answer = await preview(world, { ...call, args: { ...call.args, confirmation_token } });
  expect(warningCodes(answer)).toContain(code);
  expect(tokenOf(answer)).not.toBe(confirmation_token);
  expect((await confirm(world, call, answer)).data).toMatchObject({ status: 'applied' });
  return answer;
}

type Move = (experiment: ExperimentRow, flag: FlagRow, world: World) => void;
const MOVES: readonly (readonly [string, Move])[] = [
  ['status', (row) => Object.assign(row, { end_date: null })],
  ['start_date', (row) => Object.assign(row, { start_date: '2026-05-01T12:00:00Z' })],
  ['end_date', (row) => Object.assign(row, { end_date: '2026-05-28T12:00:00Z' })],
  ['conclusion', (row) => Object.assign(row, { conclusion: 'won' })],
  ['conclusion_comment', (row) => Object.assign(row, { conclusion_comment: 'We did.' })],
  ['archived', (row) => Object.assign(row, { archived: true })],
  ['revision', (row) => Object.assign(row, { version: row.version + 1 })],
  ['revision', (row) => Object.assign(row, { updated_at: '2026-05-30T12:00:00Z' })],
  ['revision', (_, flag) => Object.assign(flag, { version: flag.version + 1 })],
  ['the flag being on or off', (_, flag) => Object.assign(flag, { active: false })],
  ['the filters of the flag', (_, { filters }) => Object.assign(filters.groups[0] ?? {}, { rollout_percentage: 20 })],
  [
    'other experiments on the flag',
    ({ project_id, flag_id }, _, { sandbox }) => sandbox.store.insertExperiment({ project_id, flag_id, name: 'Late' }),
  ],
];

describe('a token', () => {
  it.each(MOVES)('is not taken once %s moved, and the new preview says so', async (part, move) => {
    const world = await openTokenWorld();
    const token = tokenOf(await preview(world, RESET));
    move(experimentRow(world, STOPPED), flagRow(world, STOPPED), world);
    const answer = await expectShownAnew(world, RESET, token, 'state_moved');
    const words =
      part === 'revision' ? 'It was written to since the preview' : `This changed since the preview: .*${part}`;
    expect(answer.text).toMatch(new RegExp(words));
  });

  it.each<[string, Call]>([
    ['another tool', { tool: 'experiment-delete', args: { id: STOPPED } }],
    ['another experiment', { tool: 'experiment-reset', args: { id: RUNNING } }],
    ['another argument', { tool: 'experiment-reset', args: { id: STOPPED, disable_feature_flag: true } }],
  ])('is not taken for %s', async (_, other) => {
    const world = await openTokenWorld();
    await expectShownAnew(world, other, tokenOf(await preview(world, RESET)), 'token_other_call');
  });

  it('is taken until ten minutes have passed, and not later', async () => {
    const world = await openTokenWorld();
    const first = await preview(world, RESET);
    world.clock.now += TOKEN_LIFE_MS;
    const second = await expectShownAnew(world, RESET, tokenOf(first), 'token_expired');
    expect(second.text).toContain('older than 10 minutes');
    const third = await preview(world, PAUSE);
    world.clock.now += TOKEN_LIFE_MS - 1;
    expect((await confirm(world, PAUSE, third)).data).toMatchObject({ status: 'applied' });
  });

  it('is taken once', async () => {
    const world = await openTokenWorld();
    const shown = await preview(world, PAUSE);
    await confirm(world, PAUSE, shown);
    flagRow(world, RUNNING).active = true;
    await expectShownAnew(world, PAUSE, tokenOf(shown), 'token_used');
  });

  it('is taken once by two calls at the same moment', async () => {
    const world = await openTokenWorld();
    const shown = await preview(world, PAUSE);
    const both = await Promise.all([confirm(world, PAUSE, shown), confirm(world, PAUSE, shown)]);
    expect(both.map(({ data }) => data.status).sort()).toEqual(['applied', 'confirmation_required']);
  });

  it.each([
    ['cut short', (token: string) => token.slice(0, -1)],
    ['longer', (token: string) => `${token}A`],
    ['in capitals', (token: string) => token.toUpperCase()],
    ['only its first half', (token: string) => token.split('.')[0] ?? ''],
    ['any other text', () => 'yes'],
  ])('is not taken where it is %s', async (_, change) => {
    const world = await openTokenWorld();
    await expectShownAnew(world, RESET, change(tokenOf(await preview(world, RESET))), 'token_invalid');
  });

  it.each([['x'.repeat(4_001)], [7], [true], [{}]])('is refused by name where it is %j', async (token) => {
    const world = await openTokenWorld();
    const before = wholeStore(world);
    const answer = await world.call('experiment-pause', { id: RUNNING, confirmation_token: token });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'confirmation_token' });
    expect(wholeStore(world)).toEqual(before);
  });

  it('is not known to tools that never ask', async () => {
    const world = await openWorld({ confirm: 'token' });
    const answer = await world.call('experiment-list', { confirmation_token: 'x' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'confirmation_token' });
  });
});

describe('a token of another process', () => {
  it('risk 46: is taken where both have the same PostHog key', async () => {
    const world = await openTokenWorld();
    const other = await openTokenWorld({ on: world });
    const shown = await preview(other, PAUSE);
    expect((await confirm(world, PAUSE, shown)).data).toMatchObject({ status: 'applied' });
  });

  it('is not taken where another secret signs', async () => {
    const world = await openTokenWorld({ consent: { secret: 'correct horse battery staple' } });
    const other = await openTokenWorld({ on: world });
    await expectShownAnew(world, PAUSE, tokenOf(await preview(other, PAUSE)), 'token_invalid');
  });

  it('risk 45: is not taken a second time, though the first was taken elsewhere and all is as it was', async () => {
    const world = await openTokenWorld();
    const other = await openTokenWorld({ on: world });
    const shown = await preview(world, PAUSE);
    expect((await confirm(world, PAUSE, shown)).data).toMatchObject({ status: 'applied' });
    const back: Call = { tool: 'experiment-resume', args: { id: RUNNING } };
    expect((await confirm(world, back, await preview(world, back))).data).toMatchObject({ status: 'applied' });
    await expectShownAnew(other, PAUSE, tokenOf(shown), 'state_moved');
  });

  it('is not taken on another PostHog or in another project, though both have the same secret', async () => {
    const consent = { secret: 'correct horse battery staple' };
    const shown = await preview(await openTokenWorld({ consent }), PAUSE);
    await expectShownAnew(await openTokenWorld({ consent }), PAUSE, tokenOf(shown), 'token_invalid');
  });
});

describe('somebody else’s change between the reads and the write of a confirmed call', () => {
  const ROLLOUT: Call = {
    tool: 'experiment-update',
    args: { id: RUNNING, rollout_percentage: 50 },
  };

  async function openRaced(change: (row: ExperimentRow) => void) {
    let world: World | undefined;
    let raced = false;
    const respond = ({ method }: { method: string }) => {
      if (world && method === 'PATCH' && !raced) {
        raced = true;
        change(experimentRow(world, RUNNING));
      }
      return undefined;
    };
    const opened = await openTokenWorld({ faults: { respond } });
    world = opened;
    return opened;
  }

  it('is shown, and the call is asked about anew', async () => {
    const world = await openRaced((row) => Object.assign(row, { version: row.version + 1, name: 'Theirs' }));
    const shown = await preview(world, ROLLOUT);
    const answer = await confirm(world, ROLLOUT, shown);
    expect(answer.data, answer.text).toMatchObject({ status: 'confirmation_required' });
    expect(answer.text).toContain('It was written to since the preview');
    expect(warningCodes(answer)).not.toContain('token_used');
    expect((await confirm(world, ROLLOUT, answer)).data).toMatchObject({ status: 'applied' });
    expect(await world.stored(RUNNING)).toMatchObject({ name: 'Theirs' });
  });
});

describe('a project of another number', () => {
  it('has its own tokens on the same PostHog', async () => {
    const consent = { secret: 'correct horse battery staple' };
    const world = await openTokenWorld({ consent });
    const { store } = world.sandbox;
    const call: Call = { tool: 'experiment-resume', args: { id: PAUSED } };
    const token = tokenOf(await preview(world, call));
    const other = await openTokenWorld({ consent, scenario: { ...shop, project: { id: 9, name: 'Nine' } } });
    expect(other.sandbox.projectId).not.toBe(store.mainProject.id);
    await expectShownAnew(other, call, token, 'token_invalid');
  });
});
