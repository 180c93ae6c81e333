import { describe, expect, it } from 'vitest';
import { SCOPE_OBJECTS, type Scope, TOOL_SCOPES } from '../../src/cli/doctor/scopes.js';
import { openFor } from '../helpers/furnish.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const ALL: readonly Scope[] = SCOPE_OBJECTS.map((object) => `${object}:write` as const);
/** A key lacks a thing altogether, or may read it and not write. */
const LACKS = SCOPE_OBJECTS.flatMap((object) => [
  { lacks: [`${object}:read`, `${object}:write`], scopes: ALL.filter((scope) => scope !== `${object}:write`) },
  {
    lacks: [`${object}:write`],
    scopes: [...ALL.filter((scope) => scope !== `${object}:write`), `${object}:read` as const],
  },
]);
/** Tools that need a further scope only with these arguments. */
const PARTS: [tool: string, args: Record<string, unknown>, scope: Scope][] = [
  ['experiment-archive', { id: STOPPED, disable_feature_flag: true }, 'feature_flag:write'],
  ['experiment-results', { id: RUNNING, refresh: true }, 'experiment:write'],
  ['experiment-end', { id: RUNNING, conclusion: 'inconclusive' }, 'query:read'],
  ['experiment-update', { id: RUNNING, conclusion: 'won' }, 'query:read'],
  ['feature-flag-restore', { id: RUNNING, filters: '{"groups":[{"rollout_percentage":100}]}' }, 'query:read'],
];

describe.each(Object.entries(VALID_CALLS))('%s', (tool, args) => {
  const { needs = [], also = [] } = TOOL_SCOPES[tool] ?? {};
  const parts = also
    .map(({ scope }) => scope)
    .filter((scope) => !PARTS.some((part) => part[0] === tool && part[2] === scope));

  it('is refused, or loses a part, for want of the scopes that the table names, and of no other', async () => {
    const whole = await (await openFor(tool, { scopes: ALL })).call(tool, args);
    for (const { lacks, scopes } of LACKS) {
      const answer = await (await openFor(tool, { scopes })).call(tool, args);
      const lost = (all: readonly Scope[]) => all.some((scope) => lacks.includes(scope));
      expect(answer.isError, `${lacks[0]}: ${answer.text}`).toBe(lost(needs));
      if (lost(needs)) expect(lacks).toContain(Object(answer.data.error).missing_scope);
      else expect(answer.text !== whole.text, `${lacks[0]}: ${answer.text}`).toBe(lost(parts));
    }
  });
});

describe('the table of scopes', () => {
  it('holds every tool and nothing else', () => {
    expect(Object.keys(TOOL_SCOPES)).toEqual(Object.keys(VALID_CALLS));
  });

  it.each(PARTS)('names what %s %j needs', async (tool, args, scope) => {
    expect(TOOL_SCOPES[tool]?.also?.map((part) => part.scope)).toContain(scope);
    const whole = await (await openFor(tool, { scopes: ALL })).call(tool, args);
    expect(whole.isError, whole.text).toBe(false);
    const [object] = scope.split(':');
    const scopes = [...ALL.filter((one) => one !== `${object}:write`), ...(TOOL_SCOPES[tool]?.needs ?? [])];
    const answer = await (await openFor(tool, { scopes })).call(tool, args);
    expect(answer.text).not.toBe(whole.text);
  });

  it.each<[string, Record<string, unknown>]>([
    ['experiment-update', { id: RUNNING, rollout_percentage: 50, update_feature_flag_params: true }],
    ['experiment-update', { id: DRAFT, clear: ['description'] }],
    ['experiment-end', { id: RUNNING, conclusion: 'won' }],
    ['experiment-ship-variant', { id: RUNNING, variant_key: 'control', release_to_everyone: true }],
    ['experiment-create', { name: 'Big', feature_flag_key: 'big', rollout_percentage: 20 }],
    ['experiment-get', { feature_flag_key: 'checkout-steps' }],
  ])('is enough for %s %j', async (tool, args) => {
    const scopes = TOOL_SCOPES[tool]?.needs ?? [];
    const answer = await (await openFor(tool, { scopes })).call(tool, args);
    expect(answer.isError, answer.text).toBe(false);
  });
});
