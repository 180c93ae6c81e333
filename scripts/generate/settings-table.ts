/** The tables of flags and variables in README.md and docs/http.md, from the texts that `--help` prints. */
import { HTTP_SETTINGS, SETTINGS, type SettingText, VARIABLES } from '../../src/cli/settings.js';
import { cell, table } from './markdown.js';

function meaningOf({ brief, more }: SettingText): string {
  return more === undefined ? brief : `${brief}. ${more}`;
}

function settings(texts: readonly SettingText[]): string {
  const code = (text: string | undefined) => (text === undefined ? '' : `\`${cell(text)}\``);
  const rows = texts.map((text) => [code(text.flag), code(text.variable), cell(meaningOf(text))]);
  return table(['Flag', 'Variable', 'Meaning'], rows);
}

export function settingsTable(): string {
  return settings([...VARIABLES, ...SETTINGS]);
}

export function httpSettingsTable(): string {
  return settings(HTTP_SETTINGS);
}
