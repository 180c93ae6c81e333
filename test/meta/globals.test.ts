import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const files = ['src', 'tools'].flatMap(sourcesIn);

function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

describe('globals', () => {
  it.each([
    ['process.env', /^src\/config\/config\.ts$/],
    ['process.stdout', /^src\/(transports\/stdio\.ts|cli\/)/],
    ['process.exit(', /^src\/main\.ts$/],
  ])('%s is used only where it belongs', (name, home) => {
    const users = files.filter((file) => readFileSync(file, 'utf8').includes(name));
    expect(users.filter((file) => !home.test(file))).toEqual([]);
  });
});

describe('what differs between machines and days', () => {
  const own = 'test/meta/globals.test.ts';
  const sources = [...files, ...['proof', 'scripts', 'test'].flatMap(sourcesIn)].filter((file) => file !== own);

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
        'proof/',
        'scripts/',
        // As the globals above say.
        'src/',
        // What the children of tests are given.
        'test/helpers/server-process.ts',
        'test/helpers/bad-server.ts',
        // Where the AI SDK looks for its provider.
        'test/system/evals.test.ts',
        'test/system/nginx.ts',
        // What developers set by hand, and the zone that a test puts back.
        'test/helpers/fuzz.ts',
        // Set by the configuration of the distant run.
        'test/helpers/distance.ts',
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
