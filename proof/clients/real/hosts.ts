import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
      const { home, env } = await isolated(recipe.env(setting));
      const path = env.PATH;
      const server = { command: process.execPath, args: [setting.main, ...setting.server], env: { PATH: path } };
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
