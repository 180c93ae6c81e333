import type { Prompt, Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import { INSTRUCTIONS } from '../../src/mcp/context/instructions.js';
import { listPrompts } from '../../src/mcp/context/prompts.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';

/** All that a client reads of a server before its first call. */
export interface Published {
  /** As with `--toolsets all`. */
  tools: readonly Tool[];
  /** Names of the tools that are served unasked. */
  unasked: readonly string[];
  prompts: readonly Prompt[];
  instructions: string;
}

/** What this server publishes. */
export function published(): Published {
  return {
    tools: CATALOGUE.map(({ definition }) => definition),
    unasked: selectTools(CATALOGUE, { readOnly: false }).list.map(({ name }) => name),
    prompts: listPrompts().prompts,
    instructions: INSTRUCTIONS,
  };
}

export type Schema = Readonly<Record<string, unknown>>;

export interface Place {
  /** `experiment-create.metrics[].name` */
  path: string;
  /** Undefined where it is no object, such as a boolean schema. */
  schema: Schema | undefined;
  isRoot: boolean;
  isItem: boolean;
}

const object = z.record(z.string(), z.unknown());

export function asObject(value: unknown): Schema | undefined {
  return object.safeParse(value).data;
}

/** Keywords that hold one schema, or a list of them. */
const HOLDERS = [
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
];
/** Keywords that hold schemas by name. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

/** Every schema inside of one, itself first. `additionalProperties` counts where it is a schema, not a yes or no. */
export function places(value: unknown, path: string, at = { isRoot: true, isItem: false }): Place[] {
  const schema = asObject(value);
  const here: Place = { path, schema, ...at };
  if (!schema) return [here];
  const inside = (child: unknown, name: string, isItem = false) => places(child, name, { isRoot: false, isItem });
  const held = HOLDERS.flatMap((keyword) => {
    const child = schema[keyword];
    if (child === undefined) return [];
    const name = keyword === 'items' ? `${path}[]` : `${path}<${keyword}>`;
    return (Array.isArray(child) ? child : [child]).flatMap((one) => inside(one, name, keyword === 'items'));
  });
  const named = MAPS.flatMap((keyword) =>
    Object.entries(asObject(schema[keyword]) ?? {}).flatMap(([name, child]) => inside(child, `${path}.${name}`)),
  );
  const others = asObject(schema.additionalProperties);
  return [here, ...held, ...named, ...(others ? inside(others, `${path}.*`) : [])];
}
