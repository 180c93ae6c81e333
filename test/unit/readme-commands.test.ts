import { expect, it } from 'vitest';
import { commandsOf, jsonOf } from '../../scripts/readme/commands.js';

const PAGE = [
  '```sh',
  'npm ci   # installs',
  '# a remark',
  'node a \\',
  '  --flag',
  '```',
  '<!-- not run: needs the client -->',
  '```sh',
  'claude',
  '```',
  '<!-- on the sandbox: it needs a key -->',
  '```sh',
  'node b',
  '```',
  '```json',
  '{ "a": 1 }',
  '```',
].join('\n');

it('finds the commands of a page, with how each is to be run', () => {
  expect(commandsOf(PAGE)).toEqual([
    { line: 'npm ci   # installs', notRun: null, onSandbox: false },
    { line: 'node a --flag', notRun: null, onSandbox: false },
    { line: 'claude', notRun: 'needs the client', onSandbox: false },
    { line: 'node b', notRun: null, onSandbox: true },
  ]);
});

it('finds blocks of JSON and no others', () => {
  expect(jsonOf(PAGE)).toEqual(['{ "a": 1 }']);
});
