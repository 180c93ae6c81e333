import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed, isolated, type Run, ran } from './scratch.js';

export interface Setting {
  /** Address of the scripted model. */
  model: string;
  /** Path of the built server. */
  main: string;
  /** Its flags. */
  server: readonly string[];
}

export interface Host {
  name: string;
  packages: readonly string[];
  run(setting: Setting): Promise<Run>;
}

const QUESTION = 'How is the onboarding checklist doing?';

interface Recipe {
  name: string;
  packages: readonly string[];
  /** Whether an install script has to fetch the program; else none is run. */
  scripts?: boolean;
  /** Files of the home, by path. */
  files(
    setting: Setting,
    server: { command: string; args: string[]; env: Record<string, string> },
  ): Record<string, unknown>;
  env(setting: Setting): Record<string, string>;
  /** The program, below the folder of its packages, and its arguments. */
  command(folder: string, home: string): string[];
}

function host(recipe: Recipe): Host {
  const { name, packages, scripts = false } = recipe;
  return {
    name,
    packages,
    run: async (setting) => {
      const folder = await installed(packages, scripts);
      const { home, env: bare } = await isolated(recipe.env(setting));
      // A Node beside the client is the one that it asks for.
      const env = { ...bare, PATH: `${join(folder, 'node_modules/.bin')}:${bare.PATH}` };
      const server = { command: process.execPath, args: [setting.main, ...setting.server], env: { PATH: bare.PATH } };
      const work = join(home, 'work');
      await mkdir(work, { recursive: true });
      for (const [file, content] of Object.entries(recipe.files(setting, server))) {
        await mkdir(dirname(join(home, file)), { recursive: true });
        await writeFile(join(home, file), typeof content === 'string' ? content : JSON.stringify(content));
      }
      const [command = '', ...args] = recipe.command(folder, home);
      return ran(command, args, { env, cwd: work });
    },
  };
}

const node = process.execPath;

export const gemini = host({
  name: 'Gemini CLI',
  packages: ['@google/gemini-cli@0.61.0'],
  files: (_, server) => ({
    '.gemini/settings.json': {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false },
      telemetry: { enabled: false },
      mcpServers: { posthog: server },
    },
  }),
  env: ({ model }) => ({
    GEMINI_API_KEY: 'made-up',
    GOOGLE_GEMINI_BASE_URL: model,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
  }),
  command: (folder) => [
    node,
    join(folder, 'node_modules/@google/gemini-cli/bundle/gemini.js'),
    ...['-y', '-m', 'gemini-2.5-pro', '-p', QUESTION],
  ],
});

const claude = host({
  name: 'Claude Code',
  packages: ['@anthropic-ai/claude-code@2.1.332', 'node@24'],
  scripts: true,
  files: (_, server) => ({ 'mcp.json': { mcpServers: { posthog: server } } }),
  env: ({ model }) => ({
    ...{ ANTHROPIC_BASE_URL: model, ANTHROPIC_API_KEY: 'sk-ant-made-up-0000', DISABLE_AUTOUPDATER: '1' },
    ...{ DISABLE_TELEMETRY: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  }),
  command: (folder, home) => [
    join(folder, 'node_modules/.bin/claude'),
    ...[
      '-p',
      QUESTION,
      '--mcp-config',
      join(home, 'mcp.json'),
      '--strict-mcp-config',
      '--allowedTools',
      'mcp__posthog',
    ],
  ],
});

const codex = host({
  name: 'Codex CLI',
  packages: ['@openai/codex@0.171.0'],
  files: ({ model }, { command, args }) => ({
    '.codex/config.toml': `model = "gpt-5-codex"
model_provider = "fake"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.fake]
name = "fake"
base_url = "${model}/v1"
wire_api = "responses"
env_key = "FAKE_KEY"
request_max_retries = 0
stream_max_retries = 0
[mcp_servers.posthog]
command = ${JSON.stringify(command)}
args = ${JSON.stringify(args)}
`,
  }),
  env: () => ({ FAKE_KEY: 'made-up' }),
  command: (folder) => [
    ...[node, join(folder, 'node_modules/@openai/codex/bin/codex.js')],
    ...['exec', '--skip-git-repo-check', QUESTION],
  ],
});

const opencode = host({
  name: 'opencode',
  packages: ['opencode-ai@1.18.33'],
  scripts: true,
  files: ({ model }, { command, args, env }) => ({
    '.config/opencode/opencode.json': {
      ...{ autoupdate: false, share: 'disabled', model: 'fake/gpt-4o', small_model: 'fake/gpt-4o' },
      provider: {
        fake: {
          ...{ npm: '@ai-sdk/openai-compatible', name: 'fake', options: { baseURL: `${model}/v1`, apiKey: 'made-up' } },
          models: { 'gpt-4o': { name: 'gpt-4o' } },
        },
      },
      mcp: { posthog: { type: 'local', command: [command, ...args], enabled: true, environment: env } },
    },
  }),
  env: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  }),
  command: (folder) => [join(folder, 'node_modules/.bin/opencode'), 'run', '--print-logs', QUESTION],
});

const qwen = host({
  name: 'Qwen Code',
  packages: ['@qwen-code/qwen-code@0.24.4', 'node@24'],
  scripts: true,
  files: (_, server) => ({
    '.qwen/settings.json': {
      security: { auth: { selectedType: 'openai' } },
      privacy: { usageStatisticsEnabled: false },
      general: { disableAutoUpdate: true },
      telemetry: { enabled: false },
      mcpServers: { posthog: server },
    },
  }),
  env: ({ model }) => ({
    ...{ OPENAI_API_KEY: 'made-up', OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: 'gpt-4o' },
    QWEN_CODE_TRUST_WORKSPACE: 'true',
  }),
  command: (folder) => [
    ...[join(folder, 'node_modules/node/bin/node'), join(folder, 'node_modules/.bin/qwen')],
    ...['-y', '-p', QUESTION],
  ],
});

const copilot = host({
  name: 'GitHub Copilot CLI',
  packages: ['@github/copilot@1.0.102', 'node@24'],
  scripts: true,
  files: (_, server) => ({
    '.copilot/mcp-config.json': { mcpServers: { posthog: { type: 'local', ...server, tools: ['*'] } } },
  }),
  env: ({ model }) => ({
    ...{ COPILOT_PROVIDER_BASE_URL: `${model}/v1`, COPILOT_PROVIDER_API_KEY: 'made-up', COPILOT_MODEL: 'gpt-4o' },
    ...{ COPILOT_AUTO_UPDATE: 'false', XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' },
  }),
  command: (folder) => [
    ...[join(folder, 'node_modules/.bin/copilot'), '-p', QUESTION],
    ...['--allow-all-tools', '--disable-builtin-mcps'],
  ],
});

const cline = host({
  name: 'Cline CLI',
  packages: ['cline@3.0.65', 'node@24'],
  scripts: true,
  files: ({ model }, server) => ({
    '.cline/data/settings/providers.json': {
      ...{ version: 1, lastUsedProvider: 'openai-compatible', modes: {} },
      providers: {
        'openai-compatible': {
          ...{ tokenSource: 'manual', updatedAt: '2026-01-01T00:00:00.000Z' },
          settings: { provider: 'openai-compatible', apiKey: 'made-up', model: 'gpt-4o', baseUrl: `${model}/v1` },
        },
      },
    },
    '.cline/data/settings/cline_mcp_settings.json': {
      mcpServers: { posthog: { transport: { type: 'stdio', ...server } } },
    },
  }),
  env: () => ({ CLINE_TELEMETRY_DISABLED: '1' }),
  command: (folder) => [join(folder, 'node_modules/.bin/cline'), '--json', QUESTION],
});

const continueCli = host({
  name: 'Continue CLI',
  packages: ['@continuedev/cli@1.5.47', 'node@24'],
  scripts: true,
  files: ({ model }, { command, args }) => ({
    '.continue/config.yaml': `name: local
version: 0.0.1
schema: v1
models:
  - { name: fake, provider: openai, model: gpt-4o, apiBase: "${model}/v1", apiKey: made-up, roles: [chat, edit, apply], capabilities: [tool_use] }
mcpServers:
  - { name: posthog, command: ${JSON.stringify(command)}, args: ${JSON.stringify(args)} }
`,
  }),
  env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_CLI_ENABLE_TELEMETRY: '0' }),
  command: (folder, home) => [
    ...[join(folder, 'node_modules/node/bin/node'), join(folder, 'node_modules/.bin/cn')],
    ...['-p', QUESTION, '--auto', '--config', join(home, '.continue/config.yaml')],
  ],
});

/** A library in a script of our own, which runs beside the packages so that it finds them. */
function library(name: string, file: string, packages: readonly string[], more: Record<string, string> = {}): Host {
  const script = fileURLToPath(new URL(`libraries/${file}`, import.meta.url));
  return {
    name,
    packages,
    run: async ({ model, main, server }) => {
      const folder = await installed(packages);
      await copyFile(script, join(folder, file));
      const { home, env } = await isolated({
        ...{ OPENAI_API_KEY: 'made-up', OPENAI_BASE_URL: `${model}/v1`, OPENAI_AGENTS_DISABLE_TRACING: '1', QUESTION },
        ...{ GEMINI_API_KEY: 'made-up', GOOGLE_API_KEY: 'made-up', GOOGLE_GEMINI_BASE_URL: model },
        ...more,
      });
      const started = { command: process.execPath, args: [main, ...server], env: { PATH: env.PATH } };
      const all = { ...env, SERVER: JSON.stringify(started) };
      return ran(process.execPath, [join(folder, file)], { env: all, cwd: home });
    },
  };
}

const LIBRARIES = [
  library('OpenAI Agents SDK', 'openai-agents.mjs', ['@openai/agents@0.20.0', 'zod@4.6.7']),
  library('LangChain.js adapters', 'langchain.mjs', [
    ...['@langchain/mcp-adapters@1.1.4', '@langchain/openai@1.6.0', '@langchain/core@1.4.0'],
  ]),
  library('Mastra', 'mastra.mjs', ['@mastra/mcp@2.0.0', '@mastra/core@1.71.0', '@ai-sdk/openai@4.0.118', 'zod@4.6.7']),
  library('Google ADK', 'adk.mjs', ['@google/adk@2.0.0']),
];

export const HOSTS: readonly Host[] = [
  ...[gemini, claude, codex, opencode, qwen, copilot, cline, continueCli],
  ...LIBRARIES,
];
