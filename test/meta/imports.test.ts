import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const files = ['src', 'tools'].flatMap(sourcesIn);

function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

/** What a file imports: paths from the root for its own files, package names for the rest. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((name) =>
    name.startsWith('.') ? normalize(join(file, '..', name)).replace(/\.js$/, '.ts') : name,
  );
}

const SCHEMA = ['zod', 'src/schema/', 'src/errors.ts'];
const CLIENT_TYPE = ['src/posthog/types.ts'];
const ROUTES_OF_CLIENT = ['src/posthog/path.ts', 'src/posthog/older-builds.ts'];
/** First rule whose folder matches a file; it may import what starts with one of the allowed names. */
const RULES: readonly [folder: string, allowed: readonly string[]][] = [
  ['src/errors.ts', []],
  ['src/version.ts', []],
  ['src/schema/', SCHEMA],
  ['src/tool.ts', [...SCHEMA, ...CLIENT_TYPE]],
  ['src/render/', ['src/schema/', 'src/render/']],
  ['src/posthog/', ['node:', 'undici', ...SCHEMA, 'src/posthog/', 'src/version.ts', 'src/log.ts']],
  [
    'src/writes/',
    [...SCHEMA, ...CLIENT_TYPE, ...ROUTES_OF_CLIENT, 'node:timers/promises', 'src/tool.ts', 'src/writes/'],
  ],
  ['src/stats/', ['@stdlib/', 'src/stats/']],
  ['src/decision/', ['src/schema/', 'src/stats/', 'src/render/', 'src/decision/']],
  [
    'src/assessment/',
    [
      ...SCHEMA,
      ...CLIENT_TYPE,
      'node:timers/promises',
      ...ROUTES_OF_CLIENT,
      'src/tool.ts',
      'src/decision/',
      'src/writes/',
      'src/assessment/',
    ],
  ],
  ['src/words/', ['zod']],
  [
    'src/journal/',
    ['node:', 'zod', 'src/errors.ts', 'src/log.ts', 'src/render/untrusted.ts', 'src/writes/journal.ts', 'src/journal/'],
  ],
  ['src/sandbox/', ['node:', 'zod', 'src/stats/', 'src/words/', 'src/sandbox/']],
  ['src/ui/', ['src/schema/', 'src/ui/']],
  ['src/generated/', ['src/mcp/catalogue.ts']],
  ['src/log.ts', ['node:']],
  ['src/config-setting.ts', ['node:', 'src/errors.ts']],
  ['src/config-http.ts', ['src/command.ts', 'src/config-setting.ts', 'src/errors.ts']],
  ['src/command.ts', ['node:', 'src/errors.ts']],
  [
    'src/config.ts',
    [
      'node:',
      'src/command.ts',
      'src/config-http.ts',
      'src/config-setting.ts',
      'src/errors.ts',
      'src/log.ts',
      'src/tool.ts',
      'src/posthog/',
      'src/writes/',
    ],
  ],
  ['tools/index.ts', ['tools/', 'src/tool.ts']],
  ['tools/', [...SCHEMA, 'src/tool.ts', 'src/writes/', 'src/assessment/', 'src/decision/', ...ROUTES_OF_CLIENT]],
  [
    'src/mcp/',
    [
      'node:',
      'zod',
      '@modelcontextprotocol/server',
      'src/mcp/',
      'src/tool.ts',
      'src/errors.ts',
      'src/log.ts',
      'src/schema/',
      'src/render/',
      'src/words/',
      'src/writes/',
      'src/assessment/judge.ts',
      'src/posthog/',
      'src/generated/ui.ts',
      'tools/index.ts',
    ],
  ],
  ['src/transports/', ['node:', 'zod', '@modelcontextprotocol/', 'src/mcp/', 'src/log.ts', 'src/transports/']],
];
const ENTRY = /^src\/(main\.ts|cli\/)/;

describe('imports', () => {
  it.each(files.filter((file) => !ENTRY.test(file)))('%s imports only what its folder may', (file) => {
    const rule = RULES.find(([folder]) => file.startsWith(folder));
    if (!rule) throw new Error(`no rule covers ${file}`);
    const isAllowed = (name: string) => rule[1].some((allowed) => name === allowed || name.startsWith(allowed));
    expect(importsOf(file).filter((name) => !isAllowed(name) || ENTRY.test(name))).toEqual([]);
  });
});

describe('globals', () => {
  it.each([
    ['process.env', /^src\/config\.ts$/],
    ['process.stdout', /^src\/(transports\/stdio\.ts|cli\/)/],
    ['process.exit(', /^src\/main\.ts$/],
  ])('%s is used only where it belongs', (name, home) => {
    const users = files.filter((file) => readFileSync(file, 'utf8').includes(name));
    expect(users.filter((file) => !home.test(file))).toEqual([]);
  });
});

describe('what differs between machines and days', () => {
  const own = 'test/meta/imports.test.ts';
  const sources = [...files, ...['scripts', 'test'].flatMap(sourcesIn)].filter((file) => file !== own);

  it.each<[example: string, pattern: RegExp, homes: readonly string[]]>([
    // They expire.
    ['rootCertificates', /\brootCertificates\b|\bgetCACertificates\b/, []],
    ['date.getHours()', /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)\(/, []],
    ['date.toDateString()', /\.to(?:Date|Time)String\(/, []],
    ['date.getTimezoneOffset()', /\.getTimezoneOffset\(/, ['test/unit/date.test.ts']],
    ['new Date(2026, 0, 1)', /new Date\(\d+,/, ['test/unit/date.test.ts']],
    ['count.toLocaleString()', /\.toLocale\w+\(\)/, []],
    ['one.localeCompare(other)', /\.localeCompare\(/, []],
    ['new Intl.NumberFormat()', /new Intl\.\w+\(\)/, []],
    ['server.listen(8080)', /\.listen\((?:\{ port: )?[1-9]/, []],
    ['homedir()', /\bhomedir\(/, []],
    [
      'process.env',
      /\bprocess\.env\b/,
      [
        'scripts/',
        // As the globals above say.
        'src/',
        // What the children of tests are given.
        'test/helpers/server-process.ts',
        'test/helpers/bad-server.ts',
        'test/system/nginx.ts',
        // What developers set by hand, and the zone that a test puts back.
        'test/helpers/fuzz.ts',
        'test/meta/docs.test.ts',
      ],
    ],
  ])('%s is used only where that is meant', (example, pattern, homes) => {
    expect(example).toMatch(pattern);
    const users = sources.filter((file) => pattern.test(readFileSync(file, 'utf8')));
    expect(users.filter((file) => !homes.some((home) => file.startsWith(home)))).toEqual([]);
    expect(homes.filter((home) => !users.some((file) => file.startsWith(home)))).toEqual([]);
  });
});

describe('the lockfile', () => {
  const text = readFileSync('package-lock.json', 'utf8');

  it('risk 40: names no registry, so that it works behind any mirror', () => {
    expect(text).not.toContain('"resolved"');
  });

  it('holds the optional packages of every platform, which npm ci asks for on each', () => {
    const lock = z.object({
      packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
    });
    const { packages } = lock.parse(JSON.parse(text));
    const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
    expect(
      wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
    ).toEqual([]);
  });
});
