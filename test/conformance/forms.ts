import type { ElicitRequestFormParams, JsonSchemaType } from '@modelcontextprotocol/server';

type Form = Pick<ElicitRequestFormParams, 'requestedSchema'>;

/** A default for each primitive type (SEP-1034). */
export const FORM_WITH_DEFAULTS: Form = {
  requestedSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    },
  },
};

const TITLED = [
  { const: 'value1', title: 'First' },
  { const: 'value2', title: 'Second' },
];

/** The five ways to write an enum (SEP-1330). */
export const ENUM_FORM: Form = {
  requestedSchema: {
    type: 'object',
    properties: {
      untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
      titledSingle: { type: 'string', oneOf: TITLED },
      legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
      untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
      titledMulti: { type: 'array', items: { anyOf: TITLED } },
    },
  },
};

/** Keywords of JSON Schema 2020-12 that must survive to the list of tools (SEP-1613, SEP-2106). */
export const RICH_SCHEMA: JsonSchemaType = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  ...{ if: { properties: { contactMethod: { const: 'phone' } } }, then: { required: ['phone'] } },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** An argument that clients repeat in a header (SEP-2243). */
export const MIRRORED_SCHEMA: JsonSchemaType = {
  type: 'object',
  properties: { region: { type: 'string', ...{ 'x-mcp-header': 'Region' } } },
};
