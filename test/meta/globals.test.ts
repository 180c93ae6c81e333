import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const files = ['src', 'tools'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

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
