import type { Tool } from '@modelcontextprotocol/server';
import { asObject, type Place, type Published, places, type Schema } from './published.js';

/** Where what is published breaks a rule, one line each; empty where the rule is kept. */
export type Finder = (published: Published) => string[];

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'];

const inputs = (tools: readonly Tool[]) => tools.flatMap((tool) => places(tool.inputSchema, tool.name));
const outputs = (tools: readonly Tool[]) =>
  tools.flatMap((tool) => (tool.outputSchema ? places(tool.outputSchema, `${tool.name}:answer`) : []));

type Broken = (schema: Schema, place: Place) => boolean;
/** A schema that is none, such as `true`, breaks no rule but `noSchemaInWords`. */
const where = (all: readonly Place[], broken: Broken) =>
  all.filter((place) => place.schema !== undefined && broken(place.schema, place)).map(({ path }) => path);

export const inInputs =
  (broken: Broken): Finder =>
  ({ tools }) =>
    where(inputs(tools), broken);

export const inAll =
  (broken: Broken): Finder =>
  ({ tools }) =>
    where([...inputs(tools), ...outputs(tools)], broken);

const has = (schema: Schema, keywords: readonly string[]) => keywords.some((keyword) => keyword in schema);

export const without = (...keywords: string[]) => inInputs((schema) => has(schema, keywords));
export const withoutAnywhere = (...keywords: string[]) => inAll((schema) => has(schema, keywords));
export const withoutAtRoot = (...keywords: string[]) =>
  inInputs((schema, { isRoot }) => isRoot && has(schema, keywords));

export const oneKnownType = inInputs(({ type }) => typeof type !== 'string' || !TYPES.includes(type));
export const noTypeLists = inAll(({ type }) => Array.isArray(type));
export const stringEnums = inInputs(
  ({ enum: values }) =>
    values !== undefined && !(Array.isArray(values) && values.every((one) => typeof one === 'string')),
);
export const formatsOnlyOf = (...formats: string[]) =>
  inInputs(({ format }) => format !== undefined && !formats.includes(String(format)));
export const propertiesOnObjectsOnly = inInputs(
  (schema) => schema.type !== 'object' && has(schema, ['properties', 'required', 'additionalProperties']),
);
export const typedItems = inInputs(({ type, items }) => type === 'array' && typeof asObject(items)?.type !== 'string');
export const nestedLists = inInputs(({ type }, { isItem }) => isItem && type === 'array');
export const objectsInListsNameFields = inInputs(
  ({ type, properties }, { isItem }) =>
    isItem && type === 'object' && Object.keys(asObject(properties) ?? {}).length === 0,
);
export const requiredExists = inInputs(({ required, properties }) => {
  const names = Object.keys(asObject(properties) ?? {});
  return required !== undefined && !(Array.isArray(required) && required.every((name) => names.includes(name)));
});
export const notTitleAndType = inInputs(({ properties }) => {
  const names = Object.keys(asObject(properties) ?? {});
  return names.includes('title') && names.includes('type');
});
export const rootNamesProperties = inInputs(
  ({ type, properties }, { isRoot }) => isRoot && (type !== 'object' || asObject(properties) === undefined),
);
export const argumentNames = (pattern: RegExp) =>
  inInputs(({ properties }) => Object.keys(asObject(properties) ?? {}).some((name) => !pattern.test(name)));

/** Other arguments allowed or refused anywhere but at the outermost level. */
export const openInside = inInputs((schema, { isRoot }) => !isRoot && 'additionalProperties' in schema);
/** As drafts before 2020-12 had it. */
export const noOlderDraft = inAll(
  (schema) =>
    Array.isArray(schema.items) || 'definitions' in schema || !/^$|2020-12/.test(String(schema.$schema ?? '')),
);

/** Schemas that are empty, or `true` or `false`. */
export const noSchemaInWords: Finder = ({ tools }) =>
  [...inputs(tools), ...outputs(tools)]
    .filter(({ schema }) => schema === undefined || Object.keys(schema).length === 0)
    .map(({ path }) => path);

const nameTools =
  (broken: (tool: Tool) => boolean): Finder =>
  ({ tools }) =>
    tools.filter(broken).map(({ name }) => name);

export const answersAreObjects = nameTools(({ outputSchema }) => outputSchema?.type !== 'object');
/** Older clients hold error answers, too, against the schema of an answer. */
export const answersRequireNothing = nameTools(({ outputSchema }) => 'required' in Object(outputSchema));

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];
export const titledAndHinted = nameTools(
  ({ title, annotations }) => !title || HINTS.some((hint) => typeof Reflect.get(annotations ?? {}, hint) !== 'boolean'),
);
export const schemaBelow = (characters: number) =>
  nameTools(({ inputSchema }) => JSON.stringify(inputSchema).length >= characters);
export const describedWithin =
  (characters: number): Finder =>
  ({ tools, prompts }) =>
    [...tools, ...prompts].filter(({ description = '' }) => description.length > characters).map(({ name }) => name);

export const instructionsWithin =
  (characters: number): Finder =>
  ({ instructions }) =>
    instructions.length > characters ? ['instructions'] : [];

/** @param of how a client calls a tool, or a prompt, of this server */
export const namedWithin =
  (characters: number, of: (name: string) => string): Finder =>
  ({ tools, prompts }) =>
    [...tools, ...prompts].map(({ name }) => of(name)).filter((name) => name.length > characters);

export const named =
  (pattern: RegExp, of: (name: string) => string = (name) => name): Finder =>
  ({ tools, prompts }) =>
    [...tools, ...prompts].map(({ name }) => of(name)).filter((name) => !pattern.test(name));

export const namedTwice: Finder = ({ tools, prompts }) =>
  [tools, prompts].flatMap((list) => {
    const names = list.map(({ name }) => name);
    return names.filter((name, at) => names.indexOf(name) !== at);
  });

export const atMost =
  (count: number): Finder =>
  ({ tools }) =>
    tools.length > count ? [`${tools.length} tools`] : [];
export const unaskedAtMost =
  (count: number): Finder =>
  ({ unasked }) =>
    unasked.length > count ? [`${unasked.length} tools`] : [];
/** Characters of the list that is served unasked, as a model reads it. */
export function sizeUnasked({ tools, unasked }: Published): number {
  const served = tools.filter(({ name }) => unasked.includes(name));
  return JSON.stringify(served.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })))
    .length;
}

export const unaskedWithin =
  (characters: number): Finder =>
  (published) =>
    sizeUnasked(published) > characters ? [`${sizeUnasked(published)} characters`] : [];
