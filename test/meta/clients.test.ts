import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../proof/clients/capabilities.js';
import { clientsPage } from '../../proof/clients/page.js';
import { type Published, published } from '../../proof/clients/published.js';
import { type Client, RULES } from '../../proof/clients/rules.js';

const OURS = published();
const CASES = Object.entries(RULES).flatMap(([client, rules]) => rules.map((rule) => ({ client, ...rule })));

type Tool = Published['tools'][number];
const TOOL: Tool = {
  name: 'toy',
  title: 'Toy',
  description: 'A toy.',
  inputSchema: { type: 'object', properties: { a: { type: 'string' } } },
  outputSchema: { type: 'object', properties: { b: { type: 'array' } } },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
};
const FINE: Published = { tools: [TOOL], unasked: ['toy'], prompts: [{ name: 'ask' }], instructions: 'Play.' };

const withTool = (change: Partial<Tool>): Published => ({ ...FINE, tools: [{ ...TOOL, ...change }] });
/** A tool whose one argument has this schema. */
const withInput = (a: object) => withTool({ inputSchema: { type: 'object', properties: { a: Object(a) } } });
const withRoot = (root: object) => withTool({ inputSchema: { ...TOOL.inputSchema, ...root } });
const withAnswer = (b: object) => withTool({ outputSchema: { type: 'object', properties: { b } } });
const many = (count: number): Published => {
  const tools = Array.from({ length: count }, (_, at) => ({ ...TOOL, name: `toy-${at}` }));
  return { ...FINE, tools, unasked: tools.map(({ name }) => name) };
};
const named = (length: number) => withTool({ name: 'a'.repeat(length) });
const prompted = (name: string): Published => ({ ...FINE, prompts: [{ name }] });

/** Of each rule, in its order: things that break it. */
const BREAKS: Readonly<Record<Client, readonly (readonly Published[])[]>> = {
  Gemini: [
    [withInput({ description: 'anything' }), withInput({ type: 'null' }), withInput({ type: ['string', 'null'] })],
    [withInput({ type: ['string', 'null'] }), withAnswer({ type: ['string', 'null'] })],
    [
      withInput({ anyOf: [{ type: 'string' }] }),
      withInput({ oneOf: [{ type: 'string' }] }),
      withInput({ allOf: [{ type: 'string' }] }),
      withInput({ type: 'string', not: { type: 'string' } }),
      withInput({ type: 'array', items: { type: 'string', const: 'x' } }),
    ],
    ['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].map((key) => withInput({ type: 'number', [key]: 1 })),
    [withRoot({ $schema: 'https://json-schema.org/draft/2020-12/schema' }), withInput({ $ref: '#' })],
    [withInput({ type: 'object', propertyNames: { type: 'string' } }), withRoot({ patternProperties: {} })],
    [withInput({ type: 'integer', enum: [1, 2] }), withInput({ type: 'string', enum: ['a', null] })],
    [withInput({ type: 'string', format: 'uuid' })],
    [withInput({ type: 'string', properties: {} }), withInput({ type: 'array', items: {}, required: ['b'] })],
    [withRoot({ required: ['b'] }), withInput({ type: 'object', required: ['c'] })],
    [withInput({ type: 'array', items: { type: 'object' } })],
    [withRoot({ properties: { title: { type: 'string' }, type: { type: 'string' } } })],
    [
      withInput({ type: 'object', additionalProperties: false }),
      withInput({ type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } }),
    ],
    [named(52), prompted('two words')],
  ],
  OpenAI: [
    [withTool({ inputSchema: { type: 'object' } })],
    [
      withRoot({ anyOf: [] }),
      withRoot({ enum: ['a'] }),
      withInput({ type: 'array', items: { oneOf: [{ type: 'string' }] } }),
      withAnswer({ oneOf: [{ type: 'string' }] }),
    ],
    [withTool({ description: 'x'.repeat(1_025) })],
    [named(51), withTool({ name: 'a.b' })],
  ],
  Claude: [
    [withRoot({ oneOf: [] }), withRoot({ anyOf: [] }), withRoot({ allOf: [] }), withRoot({ if: {} })],
    [withRoot({ properties: { 'filter[id]': { type: 'string' } } })],
    [
      withInput({ type: 'array', items: [{ type: 'string' }] }),
      withAnswer({ type: 'array', items: [] }),
      withRoot({ $schema: 'http://json-schema.org/draft-07/schema#' }),
      withRoot({ definitions: {} }),
    ],
    [withInput({ type: 'string', description: 'x'.repeat(16_384) })],
    [{ ...many(30), tools: many(30).tools.map((tool) => ({ ...tool, description: 'x'.repeat(1_700) })) }],
    [
      withTool({ description: 'x'.repeat(2_049) }),
      { ...FINE, prompts: [{ name: 'ask', description: 'x'.repeat(2_049) }] },
      { ...FINE, instructions: 'x'.repeat(2_049) },
    ],
    [named(51), prompted('a.b')],
  ],
  'VS Code': [
    [withInput({ type: 'array' }), withInput({ type: 'array', items: {} })],
    [
      withInput({ type: 'array', items: { type: 'array', items: { type: 'string' } } }),
      withInput({ type: 'array', prefixItems: [{ type: 'string' }] }),
    ],
    [named(53), prompted('a'.repeat(53))],
    [many(129)],
  ],
  Cursor: [[named(47), prompted('a'.repeat(47))], [many(41)]],
  all: [
    [withTool({ outputSchema: undefined })],
    [withTool({ outputSchema: { type: 'object', properties: {}, required: ['b'] } })],
    [
      { ...FINE, tools: [{ ...TOOL, inputSchema: JSON.parse('{"type":"object","properties":{"a":true}}') }] },
      withAnswer({}),
      withInput({ $ref: 'https://example.com/schema.json' }),
    ],
    [
      withTool({ title: undefined }),
      withTool({ annotations: undefined }),
      withTool({ annotations: { ...TOOL.annotations, openWorldHint: undefined } }),
    ],
    [named(129), prompted('two words'), { ...FINE, tools: [TOOL, TOOL] }],
  ],
};

const BROKEN = Object.entries(RULES).flatMap(([client, rules]) =>
  rules.map(({ rule, broken }, at) => ({ client, rule, broken, by: Reflect.get(BREAKS, client)[at] ?? [] })),
);

describe('what is published', () => {
  it.each(CASES)('meets $client: $rule', ({ broken }) => {
    expect(broken(OURS)).toEqual([]);
  });

  it('is more than a few tools, each with both schemas, and prompts', () => {
    expect(OURS.tools.length).toBeGreaterThan(40);
    for (const { name, outputSchema } of OURS.tools) expect(outputSchema, name).toBeDefined();
    expect(OURS.prompts.length).toBeGreaterThan(2);
  });
});

describe('the linter', () => {
  it('has a case for every rule', () => {
    for (const [client, rules] of Object.entries(RULES))
      expect(Reflect.get(BREAKS, client), client).toHaveLength(rules.length);
  });

  it.each(CASES)('passes a plain tool by $client: $rule', ({ broken }) => {
    expect(broken(FINE)).toEqual([]);
  });

  it.each(BROKEN)('sees $client broken: $rule', ({ broken, by }) => {
    expect(by.length).toBeGreaterThan(0);
    for (const one of by) expect(broken(one), JSON.stringify(one).slice(0, 300)).not.toEqual([]);
  });
});

describe('docs/clients.md', () => {
  it('names a source for every rule and every client', () => {
    for (const { source, rule } of CASES) expect(source, rule).toMatch(/\]\(https:\/\/[^)]+\)/);
    for (const { sources, client } of CAPABILITIES) expect(sources, client).toMatch(/\]\(https:\/\/[^)]+\)/);
  });

  it('says of no rule that it is broken', () => {
    expect(clientsPage()).not.toContain('**broken**');
  });
});
