/** What installers read: the manifest of the MCPB bundle, the entry for the MCP registry, the plugin of Claude Code. */

import { getPrompt, listPrompts } from '../src/mcp/context/prompts.js';
import type { CatalogueEntry } from '../src/mcp/listing/catalogue.js';
import { selectTools } from '../src/mcp/listing/select-tools.js';
import type { PackageJson } from './package-json.js';
import { SETTINGS, type Setting } from './settings.js';

const TITLE = 'PostHog experiments';
/** The registry takes up to 100 characters. */
const DESCRIPTION = 'Run PostHog experiments in plain language, with the checks in code';
const LONG_DESCRIPTION = `Find, read, create, launch, pause, end and ship PostHog experiments. Whatever reaches users is previewed and confirmed, a conclusion that the evidence does not carry is stopped, and every write answers with what changed and how to take it back.

The key stays on this machine and is sent to the one PostHog host that you set. Not affiliated with PostHog.`;
const AUTHOR = { name: 'posthog-experiments-mcp contributors' };
const ENTRY = 'dist/main.js';

/** manifest.json of the bundle for Claude Desktop and others, in the version that hosts take today. */
export function bundleManifest(
  { name, version, license, keywords, engines }: PackageJson,
  catalogue: readonly CatalogueEntry[],
) {
  const asked = SETTINGS.flatMap(({ field, ...setting }) => (field === undefined ? [] : [{ field, ...setting }]));
  return {
    manifest_version: '0.3',
    name,
    display_name: TITLE,
    version,
    description: DESCRIPTION,
    long_description: LONG_DESCRIPTION,
    author: AUTHOR,
    icon: 'assets/icon.png',
    server: {
      type: 'node',
      entry_point: ENTRY,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${ENTRY}`],
        env: Object.fromEntries(asked.map(({ variable, field }) => [variable, `\${user_config.${field}}`])),
      },
    },
    tools: selectTools(catalogue, { readOnly: false }).list.map(({ name, definition }) => ({
      name,
      description: (definition.description ?? '').split('\n')[0],
    })),
    prompts: listPrompts().prompts.map(promptEntry),
    keywords,
    license,
    privacy_policies: ['https://posthog.com/privacy'],
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
    user_config: Object.fromEntries(asked.map(({ field, ...setting }) => [field, formField(setting)])),
  };
}

function promptEntry({ name, description, arguments: all = [] }: ReturnType<typeof listPrompts>['prompts'][number]) {
  const names = all.map((argument) => argument.name);
  const values = Object.fromEntries(names.map((argument) => [argument, `\${arguments.${argument}}`]));
  const text = getPrompt({ name, arguments: values }).messages.map(({ content }) =>
    content.type === 'text' ? content.text : '',
  );
  return { name, description, arguments: names, text: text.join('\n') };
}

function formField({ title, description, type, required, secret, default: preset }: Setting) {
  return {
    type,
    title,
    description,
    required: required ?? false,
    ...(secret ? { sensitive: true } : {}),
    ...(preset === undefined ? {} : { default: type === 'boolean' ? preset === 'true' : preset }),
  };
}

/** server.json for the MCP registry, schema of 2025-12-11. */
export function registryEntry({ name, mcpName, version }: PackageJson) {
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: TITLE,
    description: DESCRIPTION,
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: SETTINGS.map(
          ({ variable, description, type, required, secret, default: preset, choices }) => ({
            name: variable,
            description,
            format: type,
            isRequired: required ?? false,
            isSecret: secret ?? false,
            ...(preset === undefined ? {} : { default: preset }),
            ...(choices === undefined ? {} : { choices }),
          }),
        ),
      },
    ],
  };
}

/**
 * Claude Code calls a plugin's tool `mcp__plugin_<plugin>_<server>__<tool>`, many models take 64 characters of a name, and our
 * longest has 38: eleven are left for these two.
 */
const PLUGIN = 'ab-test';
const PLUGIN_SERVER = 'ph';

/** .claude-plugin/plugin.json: this folder, once it is built, is a plugin of Claude Code. */
export function plugin({ version, license, keywords }: PackageJson) {
  const env = SETTINGS.filter(({ field }) => field !== undefined).map(({ variable, default: preset = '' }) => [
    variable,
    `\${${variable}:-${preset}}`,
  ]);
  return {
    name: PLUGIN,
    version,
    description: DESCRIPTION,
    author: AUTHOR,
    license,
    keywords,
    mcpServers: {
      [PLUGIN_SERVER]: { command: 'node', args: [`\${CLAUDE_PLUGIN_ROOT}/${ENTRY}`], env: Object.fromEntries(env) },
    },
  };
}

/** .claude-plugin/marketplace.json: the list that Claude Code installs the plugin from. */
export function marketplace({ name }: PackageJson) {
  return { name, owner: AUTHOR, plugins: [{ name: PLUGIN, source: './', description: DESCRIPTION }] };
}
