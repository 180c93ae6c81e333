import { describe, expect, it } from 'vitest';
import type { Redact } from '../../src/log.js';
import { callTool } from '../../src/mcp/calls/call-tool.js';
import { toyEnvironment } from '../helpers/toys.js';

function call(name: string, args: Record<string, unknown>, environment = toyEnvironment()) {
  return callTool({ name, arguments: args, signal: new AbortController().signal }, environment);
}

async function refusal(args: Record<string, unknown>) {
  const answer = await call('toy-echo', args);
  expect(answer.isError).toBe(true);
  expect(answer.structuredContent).toMatchObject({ error: { code: 'invalid_arguments' } });
  return answer.content[0]?.text ?? '';
}

describe('a call that works', () => {
  it('answers with data and with text that says the same', async () => {
    const answer = await call('toy-echo', { id: '7', feature_flag_key: 'checkout' });
    expect(answer).toEqual({
      content: [{ type: 'text', text: 'status: draft\nid: 7\nname: checkout\nproject: 1' }],
      structuredContent: { id: 7, status: 'draft', name: 'checkout', project: 1 },
    });
  });

  it('risk 21: lets no field out that the output schema does not name', async () => {
    expect(JSON.stringify(await call('toy-echo', { id: 7 }))).not.toContain('not for anyone');
  });

  it('cleans and redacts every string', async () => {
    const answer = await call('toy-echo', { id: 7, feature_flag_key: 'a\u202Eb phx_canary1234567890abcdef' });
    expect(answer.structuredContent.name).toBe('ab [redacted]');
    expect(JSON.stringify(answer)).not.toMatch(/canary|\u202E/);
  });

  it('says in a list that was cut where to go on, counting from the offset asked for', async () => {
    const { structuredContent } = await call('toy-list', { offset: 40 });
    const { items } = structuredContent;
    if (!Array.isArray(items)) throw new Error('no items');
    expect(structuredContent).toMatchObject({ truncated: true, total: 200, next_offset: 40 + items.length });
  });
});

describe('arguments', () => {
  it.each(['experiment_id', 'experimentId'])('takes %s for id', async (alias) => {
    expect((await call('toy-echo', { [alias]: 7 })).structuredContent).toMatchObject({ id: 7 });
  });

  it('takes id and its alias where both say the same', async () => {
    expect((await call('toy-echo', { id: 7, experiment_id: '7' })).structuredContent).toMatchObject({ id: 7 });
  });

  it('refuses id and its alias where they differ', async () => {
    expect(await refusal({ id: 7, experiment_id: 8 })).toContain('id and experiment_id mean the same');
  });

  it('names a misspelt argument and the one that was meant', async () => {
    expect(await refusal({ id: 7, featureFlagKy: 'x' })).toContain(
      'featureFlagKy: unknown argument (did you mean feature_flag_key?)',
    );
  });

  it('lists the arguments where none is close', async () => {
    expect(await refusal({ id: 7, project_id: 1 })).toContain(
      'project_id: unknown argument, the allowed ones are id, status, feature_flag_key, metrics',
    );
  });

  it('reaches into nested arguments', async () => {
    expect(await refusal({ id: 7, metrics: [{ gaol: 'up', goal: 'up' }] })).toContain(
      'metrics[0].gaol: unknown argument (did you mean goal?)',
    );
    expect(await refusal({ id: 7, metrics: [{ goal: 'sideways' }] })).toContain(
      'metrics[0].goal: must be one of up, down',
    );
  });

  it('lists the allowed values of an enum', async () => {
    expect(await refusal({ id: 7, status: 'runing' })).toContain('status: must be one of draft, running');
  });

  it('tells one wrong value once, also where it breaks two checks', async () => {
    const text = await refusal({ id: -1.5 });
    expect(text.split('must be a positive whole number')).toHaveLength(2);
  });

  it('says what is missing', async () => {
    expect(await refusal({})).toContain('id: is required');
  });

  it.each([true, '7e2', -1, 1.5, [5], null, 0, '0x10', 1e300])('refuses id %j', async (id) => {
    const answer = await call('toy-echo', { id });
    expect(answer.structuredContent).toMatchObject({ error: { code: 'invalid_arguments', field: 'id' } });
  });

  it('refuses a __proto__ argument', async () => {
    expect(await refusal(JSON.parse('{"id":7,"__proto__":{"status":"running"}}'))).toContain('__proto__');
  });
});

describe('errors', () => {
  it("tells what happened, PostHog's own words and the next step, as text and as data", async () => {
    const answer = await call('toy-fail', { how: 'tool-error' });
    expect(answer.isError).toBe(true);
    expect(answer.content[0]?.text).toBe(
      [
        'PostHog refused the call.',
        'PostHog says: "Experiment has already ended."',
        'Next: Read it with experiment-get.',
        '(code refused, status 400, next_tool experiment-get)',
      ].join('\n'),
    );
    expect(answer.structuredContent.error).toMatchObject({
      code: 'refused',
      status: 400,
      detail: 'Experiment has already ended.',
      next_tool: 'experiment-get',
    });
  });

  it.each(['error', 'string', 'circular'])(
    'risk 20: shows nothing of a raw exception (%s) but an id that the log knows',
    async (how) => {
      const environment = toyEnvironment();
      const answer = await call('toy-fail', { how }, environment);
      expect(answer.structuredContent).toMatchObject({ error: { code: 'internal' } });
      expect(environment.bugs).toHaveLength(1);
      const told = JSON.stringify(answer);
      expect(told).toContain(environment.bugs[0]?.id);
      expect(told).not.toMatch(/canary|Bearer|\/home|at .*\.ts|circular/);
    },
  );

  it('hides the key of its caller from the log as well', async () => {
    const environment = toyEnvironment();
    const told: string[] = [];
    const reportBug = (_id: string, error: unknown, also: Redact = String) => told.push(also(String(error)));
    // What the toy throws holds these words.
    const caller = { id: 'key:1', name: 'key:1', role: 'live', key: 'Authorization' } as const;
    const request = { name: 'toy-fail', arguments: { how: 'error' }, signal: new AbortController().signal, caller };
    await callTool(request, { ...environment, reportBug });
    expect(told).toEqual([expect.stringContaining('[redacted]: Bearer')]);
  });
});
