import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const scripts = z.record(z.string(), z.string());
const manifest = z
  .looseObject({ scripts, dependencies: scripts.optional(), devDependencies: scripts })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const lock = z
  .object({
    lockfileVersion: z.number(),
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        integrity: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
        dev: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** These fetch or check a binary of their own when they are installed; all are only built or checked with. */
const RUN_AT_INSTALL = ['@swc/core', 'esbuild', 'fsevents'];

describe('risk 40: what is installed', () => {
  it('runs nothing of ours at a user’s, and brings no other package', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  it('is named by exact versions for development', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-r\.\d+)?$/);
  });

  it('is pinned and hashed in the lockfile, each package, those for other machines too', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(locked.length).toBeGreaterThan(50);
    for (const [path, { version, integrity }] of locked) {
      expect(version, path).toMatch(/^\d+\./);
      expect(integrity, path).toMatch(/^sha512-/);
    }
  });

  it('is for development alone, and runs code at install only where that is known', () => {
    expect(locked.filter(([, { dev }]) => !dev).map(([path]) => path)).toEqual([]);
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    const names = running.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names.filter((name) => !RUN_AT_INSTALL.includes(name))).toEqual([]);
  });
});
