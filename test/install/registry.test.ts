import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pluginForm } from '../../proof/clients/words.js';
import { readConfig } from '../../src/config/config.js';
import { DEFAULT_TOOLSETS } from '../../src/tool.js';

/**
 * The rules of the registry's schema of 2025-12-11, in our words and as far as this entry uses them; that schema allows
 * fields beside these. The registry's own check has not been run on the entry.
 */
const version = z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/, 'a version, not a range and not latest');
const variable = z.strictObject({
  name: z.string(),
  description: z.string(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']),
  isRequired: z.boolean(),
  isSecret: z.boolean(),
  default: z.string().optional(),
  choices: z.array(z.string()).optional(),
});
const entrySchema = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version,
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal('npm'),
      identifier: z.string(),
      version,
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      environmentVariables: z.array(variable),
    }),
  ]),
});

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const names = z.object({ name: z.string(), mcpName: z.string(), version: z.string() });

describe('server.json', () => {
  const entry = entrySchema.parse(json('server.json'));
  const [npm] = entry.packages;
  const variables = npm.environmentVariables;

  it('names the package and its version as package.json does, whose mcpName the registry compares', () => {
    const { name, mcpName, version } = names.parse(json('package.json'));
    expect(entry).toMatchObject({ name: mcpName, version });
    expect(npm).toMatchObject({ identifier: name, version });
  });

  it('names the version that the other manifests and the lockfile name', () => {
    const versioned = z.object({ version: z.string() });
    for (const path of ['manifest.json', '.claude-plugin/plugin.json', 'package-lock.json'])
      expect(versioned.parse(json(path)).version, path).toBe(entry.version);
  });

  it('requires the key alone, as a secret', () => {
    expect(variables.filter(({ isRequired }) => isRequired)).toMatchObject([
      { name: 'POSTHOG_PERSONAL_API_KEY', isSecret: true },
    ]);
    expect(variables.filter(({ isSecret }) => isSecret)).toHaveLength(1);
  });

  it('names variables that README explains, with the defaults that the server has', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const { name } of variables) expect(readme).toContain(`\`${name}`);
    const key = { POSTHOG_PERSONAL_API_KEY: 'phx_canary0123456789' };
    const defaults = Object.fromEntries(variables.map((one) => [one.name, one.default ?? '']));
    const { toolsets, ...config } = readConfig([], { ...defaults, ...key });
    const { toolsets: _, ...without } = readConfig([], key);
    expect(toolsets).toEqual(DEFAULT_TOOLSETS);
    expect(config).toMatchObject({
      readOnly: without.readOnly,
      confirm: without.confirm,
      posthog: { origin: without.posthog?.origin, project: without.posthog?.project },
    });
  });
});

describe('the marketplace of Claude Code', () => {
  it('lists the plugin of this folder under its own name', () => {
    const market = z.object({ plugins: z.tuple([z.object({ name: z.string(), source: z.literal('./') })]) });
    const { plugins } = market.parse(json('.claude-plugin/marketplace.json'));
    expect(json('.claude-plugin/plugin.json')).toMatchObject({ name: plugins[0].name });
  });

  it('is named so that the rule on the length of names holds for its tools', () => {
    const shape = z.object({ name: z.string(), mcpServers: z.record(z.string(), z.unknown()) });
    const { name, mcpServers } = shape.parse(json('.claude-plugin/plugin.json'));
    const names = Object.keys(mcpServers).map((server) => `mcp__plugin_${name}_${server}__x`);
    expect(names).toEqual([pluginForm('x')]);
  });
});
