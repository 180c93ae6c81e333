import type { Tool as ToolDefinition } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { MAX_ANSWER_CHARACTERS } from '../../render/bound.js';
import { writeAnswerOf } from '../../schema/answer.js';
import { DESCRIBED_HERE, UNPUBLISHED_FIELD } from '../../schema/ids.js';
import { annotationsOf, type Tool } from '../../tool.js';
import { confirmingInput } from '../consent/confirming-input.js';
import { appUri } from './apps.js';
import type { CatalogueEntry } from './catalogue.js';

export type JsonSchema = Record<string, unknown>;

/** The one place that turns zod schemas into JSON Schema. */
export function catalogueEntry(tool: Tool): CatalogueEntry {
  return {
    name: tool.name,
    toolset: tool.toolset,
    access: tool.access,
    varies: tool.access !== 'read' && tool.varies === true,
    undoTools: tool.access === 'read' ? [] : (tool.undoTools ?? []),
    definition: definitionOf(tool),
  };
}

function definitionOf(tool: Tool): ToolDefinition {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...publishedInput(tool), type: 'object' },
    outputSchema: outputSchema(
      tool.access === 'read' ? tool.output : writeAnswerOf(tool.subject?.field ?? 'experiment'),
    ),
    annotations: annotationsOf(tool),
    _meta: {
      ...(tool.access === 'read' && tool.view ? { ui: { resourceUri: appUri(tool.view) } } : {}),
      'anthropic/searchHint': tool.searchHint,
      // Text and data together, so that a client does not cut what the server has bounded already.
      'anthropic/maxResultSizeChars': 2 * MAX_ANSWER_CHARACTERS,
    },
  };
}

/** Parsed, because zod's own type for it is wider than what JSON can hold. */
const jsonObject = z.record(z.string(), z.unknown());

/** What a caller may send to a tool: its own arguments, and those by which a call is confirmed. */
export function publishedInput(tool: Tool): JsonSchema {
  const own = inputSchema(tool.input);
  const { properties } = inputSchema(z.strictObject(confirmingInput(tool)));
  return { ...own, properties: { ...jsonObject.parse(own.properties ?? {}), ...jsonObject.parse(properties ?? {}) } };
}

/** All that an input may hold, published or not. Defaults are optional. */
export function jsonSchemaOf(input: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = jsonObject.parse(z.toJSONSchema(input, { io: 'input' }));
  return schema;
}

function inputSchema(input: z.ZodType): JsonSchema {
  return published(jsonSchemaOf(input));
}

/** Bounds that only a hostile or broken call meets. They are checked on arrival, and the refusal names them. */
const UNPUBLISHED = new Set(['maxLength', 'minLength', 'maxItems', 'minItems', 'pattern']);

/** Limits beyond these only restate what the value is, such as a percentage, or are met by broken calls only. */
const TELLING = { above: 1, below: 99 };

/** A list of tools is sent with every conversation, so what tells a model nothing is left out of it. */
function withoutNoise(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !UNPUBLISHED.has(key) &&
      !(key === 'default' && (value === false || value === 0 || typeof value === 'string')) &&
      !((key === 'minimum' || key === 'maximum') && !isTelling(Number(value))),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutNoiseInside(key, value)]));
}

function isTelling(limit: number): boolean {
  return limit > TELLING.above && limit < TELLING.below;
}

/** That unknown keys are refused is not published: hosts would refuse them too, in worse words than ours, which name the key. */
function published(value: unknown): JsonSchema {
  const {
    additionalProperties: others,
    [DESCRIBED_HERE]: here,
    ...schema
  } = listed(withoutNoise(jsonObject.parse(value)));
  const open = others === false || others === undefined ? schema : { ...schema, additionalProperties: others };
  return Array.isArray(here) ? { ...open, properties: typesOnly(jsonObject.parse(open.properties), here) } : open;
}

/** The object without the fields that another tool lists. */
function listed(schema: JsonSchema): JsonSchema {
  const { [UNPUBLISHED_FIELD]: hidden, ...rest } = schema;
  if (!Array.isArray(hidden)) return schema;
  const fields = Object.entries(jsonObject.parse(rest.properties)).filter(([name]) => !hidden.includes(name));
  return { ...rest, properties: Object.fromEntries(fields) };
}

function typesOnly(properties: JsonSchema, except: readonly unknown[]): JsonSchema {
  const bare = Object.entries(properties).map(([name, value]) => {
    const { type, items } = jsonObject.parse(value);
    if (except.includes(name)) return [name, value] as const;
    return [name, items === undefined ? { type } : { type, items }] as const;
  });
  return Object.fromEntries(bare);
}

/** The list that an item is in has been described. */
function undescribed({ description: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function withoutNoiseInside(key: string, value: unknown): unknown {
  if (key === 'items') return undescribed(published(value));
  if (key !== 'properties') return value;
  return Object.fromEntries(
    Object.entries(jsonObject.parse(value)).flatMap(([name, schema]) => {
      const { [UNPUBLISHED_FIELD]: hidden, ...rest } = published(schema);
      return hidden === true ? [] : [[name, rest] as const];
    }),
  );
}

/** The schema is open, and what comes after so many fields, the most important first, is not worth its tokens. */
const MAX_OUTPUT_FIELDS = 16;

/**
 * Only the names and plain types of the top-level fields, and of what lists hold. It requires nothing, since older clients
 * check error answers against it too; the full schema serves the projection on our side.
 */
function outputSchema(output: z.ZodType): NonNullable<ToolDefinition['outputSchema']> {
  const full = jsonObject.parse(z.toJSONSchema(output, { io: 'output', unrepresentable: 'any' }));
  const fields = Object.entries(jsonObject.parse(full.properties ?? {})).flatMap(([name, schema]) => {
    const types = plainTypes(jsonObject.parse(schema));
    if (types.length === 0) return [];
    return [[name, types.length === 1 ? types[0] : { anyOf: types }] as const];
  });
  // How the rest of a list is had.
  const paged = fields.some(([name]) => name === 'items');
  const paging = paged
    ? { next_offset: { anyOf: [{ type: 'integer' }, { type: 'null' }] }, rest: { type: 'string' } }
    : {};
  const named = Object.fromEntries(fields.slice(0, MAX_OUTPUT_FIELDS));
  return { type: 'object', properties: { ...named, ...paging, error: { type: 'object' } } };
}

function plainTypes(schema: JsonSchema): JsonSchema[] {
  return typesOf(schema).map((type) => (type === 'array' ? { type, items: itemsOf(schema) } : { type }));
}

/** Clients that hand output schemas on to models refuse a list that does not say what it holds. */
function itemsOf(schema: JsonSchema): JsonSchema {
  const lists = [
    schema,
    ...z
      .array(jsonObject)
      .catch([])
      .parse(schema.anyOf ?? schema.oneOf),
  ];
  const items = lists.flatMap((list) => (list.items === undefined ? [] : [jsonObject.parse(list.items)]));
  const [type, ...others] = [...new Set(items.flatMap(typesOf))];
  return type === undefined || others.length > 0 ? {} : { type };
}

/** The types that a value may have; empty where it may be anything. */
function typesOf(schema: JsonSchema): string[] {
  if (typeof schema.type === 'string') return [schema.type];
  const options = z.array(jsonObject).safeParse(schema.anyOf ?? schema.oneOf).data ?? [];
  return [...new Set(options.flatMap(typesOf))];
}
