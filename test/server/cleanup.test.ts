import { describe, expect, it } from 'vitest';
import { RUNNING, STOPPED, shop } from '../helpers/shop.js';
import { experimentRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const END = 'experiment-end';
const SHIP = 'experiment-ship-variant';
const ended = { id: RUNNING, conclusion: 'inconclusive', open_cleanup_pr: true };
const shipped = { id: RUNNING, variant_key: 'test', override_reason: 'The team decided.', open_cleanup_pr: true };
const WEB = ['acme/web'];
const TWO = ['acme/web', 'acme/api'];

function connected(repositories: string[], options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  return openWorld({ scenario: { ...shop, repositories }, ...options });
}

function warningsOf(answer: { data: Record<string, unknown> }): string {
  return JSON.stringify(answer.data.warnings);
}

describe('open_cleanup_pr', () => {
  it.each([
    [END, ended, 'applied'],
    [SHIP, { ...shipped, conclusion: 'won' }, 'applied'],
  ])('of %s opens the pull request and says how to follow it', async (tool, args, status) => {
    const world = await connected(WEB, { confirm: 'off' });
    const answer = await world.call(tool, args);
    expect(answer.data.status, answer.text).toBe(status);
    expect(warningCodes(answer)).toEqual(expect.arrayContaining(['cleanup_pull_request', 'cleanup_started']));
    expect(answer.text).toContain('close it on GitHub');
    expect((await world.call('experiment-cleanup-task', { id: RUNNING })).data).toMatchObject({ run_status: 'queued' });
  });

  it.each([
    ['the only repository', WEB, {}, '\\"acme/web\\" (the only one connected)'],
    [
      'the repository asked for, as GitHub writes it',
      ['Acme/Api', 'acme/web'],
      { repository: 'acme/api' },
      '\\"Acme/Api\\" (as asked for)',
    ],
    ['no repository, where none is connected', [], {}, 'no GitHub repository connected'],
  ])('shows %s before anything is shipped', async (_, repositories, args, words) => {
    const world = await connected(repositories, { confirm: 'token' });
    const preview = await world.call(SHIP, { ...shipped, conclusion: 'won', ...args });
    expect(preview.data.status, preview.text).toBe('confirmation_required');
    expect(warningsOf(preview)).toContain(words);
    expect(sent(world)).toEqual([]);
  });

  it('shows that PostHog opens none without a conclusion', async () => {
    const world = await connected(WEB, { confirm: 'token' });
    expect(warningsOf(await world.call(SHIP, shipped))).toContain('only with a conclusion');
  });

  it.each([
    [END, ended, {}, 'which repository the pull request belongs in'],
    [SHIP, { ...shipped, conclusion: 'won' }, {}, 'which repository the pull request belongs in'],
    [END, ended, { repository: 'evil/other' }, '"evil/other" is not connected'],
  ])('of %s is refused with the candidates where PostHog would open none', async (tool, args, more, words) => {
    const world = await connected(TWO, { confirm: 'off' });
    const answer = await world.call(tool, { ...args, ...more });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'repository' });
    expect(answer.text).toContain(words);
    expect(answer.text).toContain('"acme/api", "acme/web"');
    expect(sent(world)).toEqual([]);
  });

  it('asks again where the repository has changed since the preview', async () => {
    const world = await connected(WEB, { confirm: 'token' });
    const args = { ...shipped, conclusion: 'won' };
    const { confirmation_token } = (await world.call(SHIP, args)).data;
    world.sandbox.store.mainProject.repositories = ['acme/moved'];
    const again = await world.call(SHIP, { ...args, confirmation_token });
    expect(again.data.status).toBe('confirmation_required');
    expect(again.text).toContain('the repository of the pull request');
    expect(sent(world)).toEqual([]);
  });

  it('ships again for the pull request alone, and once', async () => {
    const world = await connected(WEB, { confirm: 'off' });
    const args = { ...shipped, conclusion: 'won' };
    await world.call(SHIP, { ...args, open_cleanup_pr: false });
    expect((await world.call(SHIP, args)).data.status).toBe('applied');
    expect(experimentRow(world, RUNNING).flag_cleanup_task).not.toBeNull();
    expect((await world.call(SHIP, args)).data.status).toBe('already_done');
  });

  it.each([
    [{ status: 403, body: { detail: 'You need access to PostHog Desktop.' } }, 'access to PostHog Desktop'],
    [{ status: 404, body: { detail: 'Not found.' } }, 'Not found.'],
  ])('says that the target is not known where PostHog does not tell', async (fault, words) => {
    const faults = { respond: ({ path }: { path: string }) => (path.endsWith('_target/') ? fault : undefined) };
    const world = await connected([], { confirm: 'off', faults });
    const answer = await world.call(END, ended);
    expect(warningCodes(answer)).toEqual(expect.arrayContaining(['cleanup_target_unknown', 'cleanup_not_started']));
    expect(warningsOf(answer)).toContain(words);
  });

  it('is neither looked up nor sent unasked', async () => {
    const world = await connected(WEB, { confirm: 'off' });
    await world.call(END, {
      id: RUNNING,
      conclusion: 'inconclusive',
      conclusion_comment: 'No.',
      repository: 'acme/web',
    });
    expect(world.requests().filter((request) => request.includes('cleanup'))).toEqual([]);
    expect(sent(world)[0]?.body).toEqual({ conclusion: 'inconclusive', conclusion_comment: 'No.' });
    expect((await world.call(END, { ...ended, id: STOPPED })).isError).toBe(true);
  });
});
