import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tokensOf, tokensOfTools } from '../../proof/tokens.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { INSTRUCTIONS } from '../../src/mcp/context/instructions.js';
import type { CatalogueEntry } from '../../src/mcp/listing/catalogue.js';
import { catalogueEntry, type JsonSchema } from '../../src/mcp/listing/json-schema.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { annotationsOf, TOOLSETS } from '../../src/tool.js';
import { ALL_TOOLS } from '../../tools/index.js';

/** Cursor drops a tool whose name and server name together are longer. */
const MAX_SERVER_AND_TOOL_NAME = 60;
const SERVER_NAME = 'posthog-experiments';
/** Claude Code cuts descriptions and instructions here. */
const MAX_TEXT = 2_048;
const AIMED_DESCRIPTION = 1_024;
/** Hosts forward schemas to models that refuse anything else. */
const SAFE_KEYWORDS = new Set([
  'type',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
  'propertyNames',
]);

const jsonObject = z.record(z.string(), z.unknown());
const cases = ALL_TOOLS.map((tool) => [tool.name, tool] as const);

/** Every schema inside a schema, with its path. */
function walk(schema: JsonSchema, path = ''): { path: string; schema: JsonSchema }[] {
  const properties = Object.entries(jsonObject.parse(schema.properties ?? {})).flatMap(([name, value]) =>
    walk(jsonObject.parse(value), `${path}.${name}`),
  );
  const items = schema.items === undefined ? [] : walk(jsonObject.parse(schema.items), `${path}[]`);
  return [{ path, schema }, ...properties, ...items];
}

function isDescribed(schema: JsonSchema | undefined): boolean {
  return /\S/.test(String(schema?.description ?? ''));
}

/** Objects whose fields one tool lists by name and type, and another tool describes. */
const DESCRIBED_BY: Record<string, readonly (readonly [own: string, tool: string, path: string])[]> = {
  'experiment-update': [
    ['.metric.', 'experiment-create', '.metrics[].'],
    ['.variants[].', 'experiment-create', '.variants[].'],
  ],
  'experiment-saved-metrics-partial-update': [['.metric.', 'experiment-saved-metrics-create', '.metric.']],
};

/** The schema by which another tool describes an argument. */
function describedFor(name: string, path: string): JsonSchema | undefined {
  const [own, tool, there] = DESCRIBED_BY[name]?.find(([prefix]) => path.startsWith(prefix)) ?? [];
  if (own === undefined) return undefined;
  const entry = CATALOGUE.find((candidate) => candidate.name === tool);
  const found = walk(jsonObject.parse(entry?.definition.inputSchema)).find(
    (at) => at.path === path.replace(own, String(there)),
  );
  return found?.schema;
}

describe('the list of tools', () => {
  it('is sorted by name, without doubles', () => {
    const names = ALL_TOOLS.map((tool) => tool.name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('risk 41: holds every file under tools/ and nothing else', () => {
    const files = readdirSync('tools').filter((file) => file !== 'index.ts');
    expect(ALL_TOOLS.map((tool) => tool.name)).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort());
  });

  it('risk 41: is what the generated catalogue holds', () => {
    expect(JSON.parse(JSON.stringify(CATALOGUE))).toEqual(JSON.parse(JSON.stringify(ALL_TOOLS.map(catalogueEntry))));
  });

  it('names in undoTools only tools that exist', () => {
    const names = new Set(ALL_TOOLS.map((tool) => tool.name));
    for (const entry of CATALOGUE) for (const name of entry.undoTools) expect(names, entry.name).toContain(name);
  });
});

describe.each(cases)('%s', (name, tool) => {
  const { definition } = catalogueEntry(tool);
  const schemas = walk(jsonObject.parse(definition.inputSchema));

  it('has a name in kebab-case that fits every client', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(SERVER_NAME.length + name.length).toBeLessThanOrEqual(MAX_SERVER_AND_TOOL_NAME);
  });

  it('has a title, a known toolset and all four hints', () => {
    expect(definition.title).toMatch(/\S/);
    expect(TOOLSETS).toContain(tool.toolset);
    expect(definition.annotations).toEqual(annotationsOf(tool));
    for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const) {
      expect(typeof definition.annotations?.[hint]).toBe('boolean');
    }
  });

  it('describes itself within the limit', () => {
    expect(tool.description.length).toBeGreaterThan(60);
    expect(tool.description.length).toBeLessThanOrEqual(AIMED_DESCRIPTION);
  });

  it('refuses unknown arguments at every level, and leaves it to the refusal to say so', () => {
    for (const { path, schema } of schemas) expect(schema.additionalProperties, path).not.toBe(false);
    for (const { path, schema } of walk(jsonObject.parse(z.toJSONSchema(tool.input, { io: 'input' })))) {
      if (schema.type === 'object' && schema.properties) expect(schema.additionalProperties, path).toBe(false);
    }
  });

  it('describes every argument, if need be in the tool that makes what this one changes; its own id is plain', () => {
    const isPlain = (path: string) => path === '.id' && name.startsWith('experiment-');
    const args = schemas.filter(({ path }) => path !== '' && !path.endsWith('[]') && !isPlain(path));
    expect(args.filter(({ path, schema }) => !isDescribed(schema) && !isDescribed(describedFor(name, path)))).toEqual(
      [],
    );
  });

  it('keeps to the part of JSON Schema that every client takes', () => {
    for (const { path, schema } of schemas) {
      for (const keyword of Object.keys(schema)) expect(SAFE_KEYWORDS, `${path}: ${keyword}`).toContain(keyword);
      expect(['string', 'number', 'integer', 'boolean', 'array', 'object'], path).toContain(schema.type);
      if (schema.type === 'array') expect(jsonObject.parse(schema.items).type, `${path}[]`).toBeTypeOf('string');
      if (schema.enum)
        for (const value of z.array(z.unknown()).parse(schema.enum)) expect(value, path).toBeTypeOf('string');
    }
  });

  it('names arguments in snake_case and none of them project_id', () => {
    const keys = schemas.flatMap(({ schema }) => Object.keys(Object(schema.properties)));
    expect(keys.filter((key) => !/^[a-z][a-z0-9_]{0,63}$/.test(key))).toEqual([]);
    expect(keys.filter((key) => /^(project|team|environment)_?id$/.test(key))).toEqual([]);
  });

  it('publishes ids as plain integers', () => {
    const ids = schemas.filter(({ path, schema }) => /\.(id|\w+_id)$/.test(path) && schema.type !== 'string');
    expect(ids.filter(({ schema }) => schema.type !== 'integer')).toEqual([]);
  });

  it('has an open output schema that names error and requires nothing', () => {
    expect(definition.outputSchema).toMatchObject({ type: 'object', properties: { error: { type: 'object' } } });
    expect(definition.outputSchema).not.toHaveProperty('required');
    expect(definition.outputSchema).not.toHaveProperty('additionalProperties');
    expect(Object.keys(Object(definition.outputSchema?.properties)).length).toBeGreaterThan(1);
  });

  it('says in the first line of its description what it does, in 155 characters', () => {
    const [first = ''] = String(definition.description).split('\n');
    expect(first.length).toBeLessThanOrEqual(155);
    expect(first).toMatch(/\.$/);
  });

  it('publishes no list in its output schema without what it holds', () => {
    const lists = walk(jsonObject.parse(definition.outputSchema)).filter(({ schema }) => schema.type === 'array');
    expect(lists.filter(({ schema }) => typeof schema.items !== 'object')).toEqual([]);
  });

  it('risk 41: has a test of its own that holds a whole answer as a snapshot', () => {
    expect(readFileSync(`test/server/${name}.test.ts`, 'utf8')).toMatch(/\.toMatch(?:Inline|File)?Snapshot\(/);
  });
});

describe('the search hints', () => {
  it.each([
    ['conclude', ['experiment-assess', 'experiment-end', 'experiment-ship-variant']],
    ['winner', ['experiment-assess', 'experiment-ship-variant']],
    ['roll back', ['experiment-pause', 'feature-flag-restore']],
    ['stop rollout', ['experiment-pause']],
    ['sample size', ['experiment-calculate-running-time']],
  ])('lead people who say "%s" to the right tools', (words, tools) => {
    const found = CATALOGUE.filter(({ definition }) =>
      String(definition._meta?.['anthropic/searchHint']).toLowerCase().includes(words),
    );
    expect(found.map(({ name }) => name)).toEqual(tools);
  });

  it('say "A/B test" for whatever acts on one experiment, and are short', () => {
    for (const { name, definition } of CATALOGUE) {
      const hint = String(definition._meta?.['anthropic/searchHint']);
      expect(hint.length).toBeLessThanOrEqual(80);
      if (/^experiment-(?!holdouts|saved|cleanup)/.test(name)) expect(hint).toMatch(/A\/B test|split test/);
    }
  });
});

/** What a model reads of these with every conversation. */
function tokensRead(entries: readonly CatalogueEntry[]): number {
  return tokensOfTools(entries.map(({ definition }) => definition));
}

describe('what a list of tools costs a conversation', () => {
  it('is at most 6,000 tokens for the toolsets that are served unasked', () => {
    // With the tools that an undo of these names: what a client really gets.
    const served = selectTools(CATALOGUE, { readOnly: false }).list;
    expect(served.length).toBeGreaterThan(20);
    expect(tokensRead(served)).toBeLessThanOrEqual(6_000);
  });

  it('is at most 250 tokens a tool on average, of those and of all', () => {
    for (const entries of [selectTools(CATALOGUE, { readOnly: false }).list, CATALOGUE])
      expect(tokensRead(entries) / entries.length).toBeLessThanOrEqual(250);
  });

  it('is at most 10,000 tokens for these in all, output schemas and hints included', () => {
    // What is under _meta is for the client itself.
    const served = selectTools(CATALOGUE, { readOnly: false }).list;
    const handedOn = served.map(({ definition: { _meta, ...rest } }) => rest);
    expect(tokensOf(handedOn)).toBeLessThanOrEqual(10_000);
  });

  it('is at most 10,000 tokens for what a model reads of all tools', () => {
    expect(tokensRead(CATALOGUE)).toBeLessThanOrEqual(10_000);
  });

  it.each(Object.entries(DESCRIBED_BY))(
    'names in %s all fields that the tool beside it describes, with their types',
    (name, pairs) => {
      const typesOf = (tool: string, prefix: string) =>
        walk(jsonObject.parse(CATALOGUE.find((entry) => entry.name === tool)?.definition.inputSchema)).flatMap(
          ({ path, schema }) =>
            path.startsWith(prefix) ? [`${path.slice(prefix.length)}: ${String(schema.type)}`] : [],
        );
      for (const [own, tool, there] of pairs)
        expect(typesOf(name, own).filter((field) => !/^clear\b/.test(field))).toEqual(typesOf(tool, there));
    },
  );
});

describe('what clients read first', () => {
  it('keeps the instructions under the cut', () => {
    expect(INSTRUCTIONS.length).toBeLessThanOrEqual(MAX_TEXT);
    expect(Buffer.byteLength(INSTRUCTIONS)).toBeLessThanOrEqual(MAX_TEXT);
  });

  it('mentions in the instructions only tools that exist', () => {
    const names = new Set(ALL_TOOLS.map((tool) => tool.name));
    for (const [mention] of INSTRUCTIONS.matchAll(/\b(experiment|event|feature-flag)-[a-z-]+\b/g))
      expect(names).toContain(mention);
  });
});
