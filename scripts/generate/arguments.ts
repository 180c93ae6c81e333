/** The table of a tool's arguments, from the schema that `tools/list` publishes. */
import { z } from 'zod';
import { cell, table } from './markdown.js';

const schemaShape = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});
type Schema = z.output<typeof schemaShape>;

function typeOf({ type = 'any', enum: choices, items }: Schema): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  return type === 'array' ? `list of ${typeOf(schemaShape.parse(items ?? {}))}` : type;
}

function defaultOf(schema: Schema, isRequired: boolean): string {
  if (isRequired) return '**required**';
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
}

/** One row each, fields of objects and of lists of objects behind their own argument. */
function rowsOf(schema: Schema, path = ''): string[][] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const one = schemaShape.parse(value);
    const item = schemaShape.parse(one.items ?? {});
    const row = [`\`${path}${name}\``, typeOf(one), defaultOf(one, required.has(name)), one.description ?? ''].map(
      cell,
    );
    const inside = one.items === undefined ? rowsOf(one, `${path}${name}.`) : rowsOf(item, `${path}${name}[].`);
    return [row, ...inside];
  });
}

export function argumentsTable(inputSchema: unknown): string {
  const rows = rowsOf(schemaShape.parse(inputSchema));
  return rows.length === 0 ? 'No arguments.' : table(['Argument', 'Type', 'Default', 'Meaning'], rows);
}
