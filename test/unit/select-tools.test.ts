import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import type { CatalogueEntry } from '../../src/mcp/listing/catalogue.js';
import { type Selection, selectTools } from '../../src/mcp/listing/select-tools.js';
import type { Access, Toolset } from '../../src/tool.js';

function entry(name: string, toolset: Toolset, access: Access, undoTools: string[] = []): CatalogueEntry {
  return { name, toolset, access, varies: false, undoTools, definition: { name, inputSchema: { type: 'object' } } };
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
  selectTools(CATALOGUE, { readOnly: false, ...selection }).list.map(({ name }) => name);

const TAGS = 'experiments-bulk-update-tags';

describe('selectTools', () => {
  it('takes the older name of a tool for the tool, and says the newer one where it is not served', () => {
    const catalogue = [...CATALOGUE, entry(`${TAGS}-create`, 'admin', 'write')];
    const served = (selection: Partial<Selection>) => selectTools(catalogue, { readOnly: false, ...selection });
    expect(served({ tools: [TAGS] }).list.map(({ name }) => name)).toEqual([`${TAGS}-create`]);
    expect(served({}).unknown(TAGS)).toContain('it belongs to the toolset admin');
  });

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

  it('blames the variable that the name came from', () => {
    expect(() => names({ tools: ['nope'], toolsFrom: 'POSTHOG_MCP_TOOLS' })).toThrow(/^POSTHOG_MCP_TOOLS names/);
  });

  it.each<[selection: Partial<Selection>, says: string]>([
    [
      { toolsets: ['holdouts'] },
      'The selected toolsets (holdouts) would serve no tool; toolsets that have tools: experiments, lifecycle, exposure, admin.',
    ],
    [
      { toolsets: ['exposure'], readOnly: true },
      'The selected toolsets (exposure) would serve no tool with --read-only; toolsets that have tools with --read-only: experiments, admin.',
    ],
    [
      { tools: ['end'], readOnly: true },
      'The selected tools would serve no tool with --read-only; toolsets that have tools with --read-only: experiments, admin.',
    ],
  ])('refuses to serve nothing: %j', (selection, says) => {
    expect(() => names(selection)).toThrow(new ConfigError(says));
  });
});

describe('a tool that is not served', () => {
  const unknown = (selection: Partial<Selection>, name: string) =>
    selectTools(CATALOGUE, { readOnly: false, ...selection }).unknown(name);

  it('exists, and read-only mode is why', () => {
    expect(unknown({ readOnly: true }, 'end')).toBe(
      'Unknown tool: end (it exists but is not served: it makes changes and this server runs with --read-only or POSTHOG_MCP_READ_ONLY; start it without)',
    );
  });

  it.each<[Partial<Selection>, string]>([
    [{}, 'experiments,lifecycle,results,context,exposure'],
    [{ toolsets: ['admin'] }, 'admin,exposure'],
    [{ tools: ['list'] }, 'exposure'],
  ])('exists, and its toolset was not asked for by %j', (selection, enough) => {
    expect(unknown(selection, 'freeze')).toBe(
      `Unknown tool: freeze (it exists but is not served: it belongs to the toolset exposure; start with --toolsets ${enough})`,
    );
  });

  it('can be a read that read-only mode would serve', () => {
    expect(unknown({ readOnly: true }, 'stats')).toContain('it belongs to the toolset admin');
  });

  it('is misspelt, and the nearest name is told, served or not', () => {
    expect(unknown({}, 'udpate')).toBe('Unknown tool: udpate (did you mean update?)');
    expect(unknown({ readOnly: true }, 'frezee')).toBe('Unknown tool: frezee (did you mean freeze?)');
  });

  it('is no tool at all', () => {
    expect(unknown({}, 'x'.repeat(500))).toBe(`Unknown tool: ${'x'.repeat(80)}`);
  });
});
