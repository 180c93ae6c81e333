import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUNDLE_OPTIONS } from '../../scripts/bundle-options.js';
import { licencesText } from '../../scripts/third-party.js';
import { BARE_ENV } from '../helpers/server-process.js';

const run = promisify(execFile);
/** npm must neither heed the developer's .npmrc nor need a home folder that it can write to. */
const home = mkdtempSync(join(tmpdir(), 'npm-home-'));
afterAll(() => rmSync(home, { recursive: true }));
const npm = async (args: string[], env: Record<string, string> = {}): Promise<unknown> => {
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...BARE_ENV, HOME: home, ...env } };
  const { stdout } = await run('npm', [...args, '--no-update-notifier'], options);
  return JSON.parse(stdout);
};

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
});
const own = packageSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ version: z.string() })) })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

/**
 * Folders of the packages in the bundle, sorted. Not minified, esbuild writes a comment with its path above each module that it
 * keeps, which the list in dist was not made from.
 */
async function foldersInBundle(): Promise<string[]> {
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    minify: false,
    write: false,
  });
  const paths = outputFiles.flatMap(({ text }) => [...text.matchAll(/^ *\/\/ (\S*node_modules\/\S+)$/gm)]);
  const folders = paths.flatMap(([, path = '']) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)].sort();
}

const nameOf = (folder: string) => folder.replace(/^.*node_modules\//, '');
const bundled = await foldersInBundle();

describe('the npm package', () => {
  it('holds the server, its licences and README, and fits into two megabytes', async () => {
    const packed = z.tuple([
      z.object({ size: z.number(), files: z.array(z.object({ path: z.string(), mode: z.number() })) }),
    ]);
    const [{ size, files }] = packed.parse(await npm(['pack', '--dry-run', '--json', '--ignore-scripts']));
    const paths = files.map(({ path }) => path.replace(/^dist\/chunks\/[\w-]+-[A-Z0-9]{8}\.js$/, 'dist/chunks/*.js'));
    expect([...new Set(paths)].sort()).toMatchInlineSnapshot(`
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "dist/THIRD_PARTY_LICENSES.txt",
        "dist/chunks/*.js",
        "dist/main.js",
        "dist/package.json",
        "docs/advice.md",
        "docs/clients.md",
        "docs/contract.md",
        "docs/decisions.md",
        "docs/deploy/kubernetes.yaml",
        "docs/deploy/nginx.conf",
        "docs/diagnosis.md",
        "docs/http.md",
        "docs/install.md",
        "docs/proof/faults.md",
        "docs/proof/mutation.md",
        "docs/proof/performance.md",
        "docs/proof/reliability.md",
        "docs/results.png",
        "docs/safety.md",
        "docs/sandbox.md",
        "docs/stability.md",
        "docs/tools.md",
        "package.json",
      ]
    `);
    expect(files.find(({ path }) => path === 'dist/main.js')?.mode).toBe(0o755);
    expect(size).toBeLessThan(2_000_000);
  });

  it('brings no packages along and runs no script when it is installed', () => {
    expect(own.dependencies ?? {}).toEqual({});
    const hooks = /^(?:pre|post)?(?:install|prepare|publish|pack|uninstall)$|^prepublishOnly$|^dependencies$/;
    // npm runs prepare in a clone and before packing, never for those who install the package.
    expect(Object.keys(own.scripts).filter((name) => hooks.test(name))).toEqual(['prepare']);
  });
});

describe('what others wrote', () => {
  it('stays few: whoever needs more raises the number here and says why in README', () => {
    expect(Object.keys(own.devDependencies).length).toBeLessThanOrEqual(30);
    // @stdlib has a package for every function and every constant.
    expect(bundled.filter((folder) => !folder.includes('/@stdlib/')).length).toBeLessThanOrEqual(41);
  });

  it('is named in dist with its version and the text of its licence, every package of the bundle', async () => {
    const text = readFileSync('dist/THIRD_PARTY_LICENSES.txt', 'utf8');
    expect(bundled).toContain('node_modules/zod');
    for (const folder of bundled) {
      expect(text).toContain(`\n${nameOf(folder)} ${lock.packages[folder]?.version} (`);
    }
    expect(await licencesText(bundled)).toBe(text);
    expect(text).toContain(readFileSync('node_modules/zod/LICENSE', 'utf8').trim());
    expect(text).toContain(readFileSync('node_modules/@stdlib/math-base-special-exp/NOTICE', 'utf8').trim());
  });

  it('does not get into the bundle without a licence', async () => {
    await expect(licencesText(['node_modules/zod/v4'])).rejects.toThrow();
  });

  it('is in the bill of materials with its version and hash, every package of the bundle', async () => {
    const component = z.object({ name: z.string(), version: z.string(), hashes: z.array(z.object({})).optional() });
    const bill = z.object({ bomFormat: z.literal('CycloneDX'), components: z.array(component) });
    // Where a release is built with NODE_ENV=production, npm leaves out what is for development.
    const { components } = bill.parse(await npm(['run', '--silent', 'sbom'], { NODE_ENV: 'production' }));
    const hashed = components.filter(({ hashes = [] }) => hashes.length > 0);
    const listed = hashed.map(({ name, version }) => `${name}@${version}`);
    const wanted = bundled.map((folder) => `${nameOf(folder)}@${lock.packages[folder]?.version}`);
    expect(wanted.filter((one) => !listed.includes(one))).toEqual([]);
  });
});
