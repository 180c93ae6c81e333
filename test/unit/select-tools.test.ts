import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import type { CatalogueEntry } from '../../src/mcp/catalogue.js';
import { type Selection, selectTools } from '../../src/mcp/select-tools.js';
import type { Access, Toolset } from '../../src/tool.js';

function entry(name: string, toolset: Toolset, access: Access, undoTools: string[] = []): CatalogueEntry {
  return { name, toolset, access, undoTools, definition: { name, inputSchema: { type: 'object' } } };
}

const CATALOGUE = [
  entry('cohort-delete', 'admin', 'destructive', ['cohort-restore']),
  entry('cohort-restore', 'admin', 'write'),
  entry('end', 'lifecycle', 'live', ['update']),
  entry('freeze', 'exposure', 'live'),
  entry('list', 'experiments', 'read'),
  entry('stats', 'admin', 'read'),
  entry('update', 'experiments', 'live', ['cohort-delete']),
];

const names = (selection: Partial<Selection>) =>
  selectTools(CATALOGUE, { readOnly: false, ...selection }).map(({ name }) => name);

describe('selectTools', () => {
  it.each<[what: string, selection: Partial<Selection>, served: string[]]>([
    ['the default toolsets', {}, ['cohort-delete', 'cohort-restore', 'end', 'list', 'update']],
    ['one toolset', { toolsets: ['exposure'] }, ['freeze']],
    ['all of them', { toolsets: ['all'] }, CATALOGUE.map(({ name }) => name)],
    ['only the tools that are named', { tools: ['list'] }, ['list']],
    ['named tools on top of a toolset', { toolsets: ['exposure'], tools: ['list'] }, ['freeze', 'list']],
    ['only reads in read-only mode', { readOnly: true, toolsets: ['all'] }, ['list', 'stats']],
    ['no write in read-only mode, even where it is named', { readOnly: true, tools: ['end', 'list'] }, ['list']],
    [
      'the tools that an undo may name, and theirs',
      { tools: ['end'] },
      ['cohort-delete', 'cohort-restore', 'end', 'update'],
    ],
  ])('serves %s', (_, selection, served) => {
    expect(names(selection)).toEqual(served);
  });

  it('refuses a name that is no tool and says which was meant', () => {
    expect(() => names({ tools: ['lst'] })).toThrow(
      new ConfigError('--tools names an unknown tool, "lst": did you mean list?'),
    );
    expect(() => names({ tools: ['something-else'], readOnly: true })).toThrow(ConfigError);
  });
});
