import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HELP } from '../../src/cli/help.js';
import { COMMAND_FLAGS, HTTP_SETTINGS, SETTINGS, VARIABLES } from '../../src/cli/settings.js';
import { OPTIONS } from '../../src/config/command.js';

const ALL = [...SETTINGS, ...VARIABLES, ...HTTP_SETTINGS];
const firstWord = (text: string) => text.split(/[ =]/, 1);

describe('the texts of flags and variables', () => {
  it('tell every flag that is read, and no other', () => {
    const told = [...ALL.flatMap(({ flag = '' }) => (flag === '' ? [] : firstWord(flag))), ...COMMAND_FLAGS];
    expect(told.sort()).toEqual(
      Object.keys(OPTIONS)
        .map((name) => `--${name}`)
        .sort(),
    );
  });

  it('tell every variable that is read, and no other', () => {
    const source = ['config', 'http'].map((name) => readFileSync(`src/config/${name}.ts`, 'utf8')).join('');
    const read = new Set(source.match(/POSTHOG_[A-Z_]+/g));
    const told = ALL.flatMap(({ variable = '' }) => (variable === '' ? [] : firstWord(variable)));
    const ours = told.filter((name) => name.startsWith('POSTHOG_'));
    expect(ours.sort()).toEqual([...read].sort());
    // Proxies and authorities have the names that all programs share.
    expect(told.filter((name) => !ours.includes(name))).toEqual(['HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS']);
  });

  it('are all in --help, within the width of a terminal', () => {
    for (const { flag, variable } of ALL) {
      if (flag !== undefined) expect(HELP).toContain(flag);
      if (variable !== undefined) expect(HELP).toContain(variable);
    }
    for (const flag of COMMAND_FLAGS) expect(HELP).toContain(flag);
    for (const line of HELP.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110);
  });
});
