import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FASTEST_READER_MS } from '../../src/mcp/consent/consent.js';
import {
  type Asked,
  type Caller,
  CLIENTS,
  type Connect,
  callTool,
  type Person,
  type Reply,
} from '../helpers/elicitation.js';
import { recommending } from '../helpers/gate-cases.js';

const folder = mkdtempSync(join(tmpdir(), 'elicitation-'));
const scenario = join(folder, 'scenario.json');
/** Each test has an experiment of its own. */
writeFileSync(scenario, JSON.stringify(recommending('fix_first', {}, 20)));
afterAll(() => rmSync(folder, { recursive: true }));

const READING_MS = FASTEST_READER_MS + 50;
const accept: Reply = { action: 'accept', content: {} };

describe.each(CLIENTS)('%s', (_, connect) => {
  let client: Caller;
  let questions: Asked[];
  let person: Person;
  let last = 0;
  const call = (name: string, args: Record<string, unknown>) => callTool(client, name, args);
  const statusOf = async (id: number) => (await call('experiment-get', { id })).status;
  /** An untouched experiment, with a person who reads the questions about it and answers one by one. */
  const fresh = (...replies: Reply[]): number => {
    questions = [];
    person = async () => {
      await wait(READING_MS);
      return replies[questions.length - 1] ?? { action: 'cancel' };
    };
    last += 1;
    return last;
  };
  const open = (over: Partial<Parameters<Connect>[0]> = {}) =>
    connect({
      person: async (asked) => {
        questions.push(asked);
        return person(asked);
      },
      elicitation: { form: {} },
      scenario,
      ...over,
    });
  beforeAll(async () => {
    client = await open();
  });
  afterAll(() => client.close());

  it('shows the person what changes, who sees what and the undo, and acts on a yes', async () => {
    const id = fresh(accept);
    expect(await call('experiment-pause', { id })).toMatchObject({ status: 'applied' });
    expect(await statusOf(id)).toBe('paused');
    expect(questions).toHaveLength(1);
    expect(questions[0]?.message).toMatchInlineSnapshot(`
      "experiment-pause (live) in project 1: experiment 1 "One". Go ahead?
      Users: Everybody falls back to the default of the code; nobody new is enrolled.
      Undo: experiment-resume.
      Analysis: The experiment stays open: metrics of people already exposed go on counting, new exposures stop.
      status: "running" → "paused"
      feature_flag.active: true → false"
    `);
    expect(questions[0]?.requestedSchema).toEqual({ type: 'object', properties: {} });
  });

  it.each([
    ['decline', 'was declined'],
    ['cancel', 'was closed without an answer'],
  ] as const)('risk 27: takes %s for what it is and changes nothing', async (action, words) => {
    const id = fresh({ action });
    const { error } = await call('experiment-pause', { id });
    expect(error).toMatchObject({ code: 'declined', message: expect.stringContaining(words) });
    expect(questions).toHaveLength(1);
    expect(await statusOf(id)).toBe('running');
  });

  it('risk 43: does not take a yes that no person can have given, and goes on by token', async () => {
    const id = fresh();
    person = async () => accept;
    const shown = await call('experiment-pause', { id });
    expect(shown).toMatchObject({ status: 'confirmation_required', codes: expect.arrayContaining(['no_dialog']) });
    expect(await statusOf(id)).toBe('running');
    const { confirmation_token } = shown;
    expect(await call('experiment-pause', { id, confirmation_token })).toMatchObject({ status: 'applied' });
    expect(questions).toHaveLength(1);
  });

  it.each([{ action: 'decline' }, { action: 'cancel' }] as const)(
    'risk 44: takes a refusal for one, however fast it comes, and gives no token (%j)',
    async (reply) => {
      const id = fresh();
      person = async () => reply;
      const refused = await call('experiment-pause', { id });
      expect(refused.error).toMatchObject({
        code: 'declined',
        message: expect.stringContaining('nothing was changed'),
      });
      expect(refused).not.toHaveProperty('confirmation_token');
      expect(await statusOf(id)).toBe('running');
    },
  );

  it.each([
    ['that cannot ask', undefined],
    ['that can only open addresses', { url: {} }],
  ])('goes by token %s', async (_name, elicitation) => {
    const other = await open({ elicitation });
    const { status, confirmation_token } = await callTool(other, 'experiment-pause', { id: 1 });
    expect(status).toBe('confirmation_required');
    const done = await callTool(other, 'experiment-pause', { id: 1, confirmation_token });
    expect(done).toMatchObject({ status: 'applied' });
    await other.close();
  });

  it.each([
    ['token', 'confirmation_required'],
    ['off', 'applied'],
  ])('is not asked anything with --confirm %s', async (mode, status) => {
    fresh();
    const other = await open({ flags: ['--confirm', mode] });
    expect(await callTool(other, 'experiment-pause', { id: 1 })).toMatchObject({ status });
    expect(questions).toEqual([]);
    await other.close();
  });

  it('asks for the reason where a gate fails, and stores it', async () => {
    const id = fresh({ action: 'accept', content: { override_reason: 'Said in the dialog.' } });
    expect(await call('experiment-end', { id, conclusion: 'won' })).toMatchObject({ status: 'applied' });
    expect(questions[0]?.message).toContain('"won" needs the assessment ship; it is fix_first (integrity).');
    expect(questions[0]?.message).toContain('\nGive your reason.\n');
    expect(questions[0]?.requestedSchema).toMatchObject({ required: ['override_reason'] });
    const { conclusion_comment } = await call('experiment-get', { id });
    expect(conclusion_comment).toContain('Reason given: Said in the dialog.');
  });

  it('shows the reason that the call brings along, and asks for no other', async () => {
    const id = fresh(accept);
    const args = { id, conclusion: 'won', override_reason: 'Given by the call.' };
    expect(await call('experiment-end', args)).toMatchObject({ status: 'applied' });
    expect(questions[0]?.message).toContain('Reason given: "Given by the call."');
    expect(questions[0]?.message).not.toContain('Give your reason');
    expect(questions[0]?.requestedSchema).not.toHaveProperty('required');
  });

  const unreasoned: Reply[] = [{ action: 'accept' }, accept, { action: 'accept', content: { override_reason: '  ' } }];
  it.each(unreasoned)('does not act on a yes without the reason (%j), and says so', async (reply) => {
    const id = fresh(reply);
    // A client may hold back what its form does not allow; the call then fails there.
    const answer = await call('experiment-end', { id, conclusion: 'won' }).catch(() => undefined);
    if (answer) expect(answer.codes).toContain('override_reason_missing');
    expect(questions).toHaveLength(1);
    expect(await statusOf(id)).toBe('running');
  });

  it('keeps a reason that is far too long within what PostHog stores', async () => {
    const id = fresh({ action: 'accept', content: { override_reason: 'r'.repeat(6_000) } });
    // A client may hold back what its form does not allow; the call then fails there.
    const answer = await call('experiment-end', { id, conclusion: 'won' }).catch(() => undefined);
    if (!answer) return;
    expect(answer).toMatchObject({ status: 'applied' });
    const { conclusion_comment } = await call('experiment-get', { id });
    expect(conclusion_comment).toMatch(/^Assessed .*Reason given: r{999}…$/s);
  });

  it('asks anew where something moved while the person thought, and says what', async () => {
    const id = fresh(accept, accept);
    const slow = person;
    person = async (asked) => {
      if (questions.length === 1) await call('experiment-update', { id, description: 'Meanwhile.' });
      return slow(asked);
    };
    expect(await call('experiment-pause', { id })).toMatchObject({ status: 'applied' });
    expect(questions).toHaveLength(2);
    expect(questions[1]?.message).toContain('It was written to since the preview');
  });

  it('takes a no for a no although something moved meanwhile', async () => {
    const id = fresh({ action: 'decline' });
    const slow = person;
    person = async (asked) => {
      await call('experiment-update', { id, description: 'Meanwhile.' });
      return slow(asked);
    };
    expect((await call('experiment-pause', { id })).error).toMatchObject({ code: 'declined' });
    expect(questions).toHaveLength(1);
  });
});
