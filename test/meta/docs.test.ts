import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { decisionsPage } from '../../scripts/generate/decisions-page.js';
import { digestOf, PICTURE, picturedPage, stamped, stampOf } from '../../scripts/generate/pictured-page.js';
import { withStage } from '../../scripts/generate/stage.js';
import { toolsPage } from '../../scripts/generate/tools-page.js';
import { toolsTable } from '../../scripts/generate/tools-table.js';
import { TOOL_SCOPES } from '../../src/cli/doctor/scopes.js';
import { REVIEW_RULES } from '../../src/decision/review.js';
import * as thresholds from '../../src/decision/thresholds.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { FINDING_CODES, RECOMMENDATIONS } from '../../src/schema/assessment.js';

const readme = readFileSync('README.md', 'utf8');
const zone = process.env.TZ;

afterEach(() => {
  vi.useRealTimers();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('docs/tools.md', () => {
  // It plays the shop once for each tool.
  it('risk 41: comes out the same on another day and in another time zone', { timeout: 180_000 }, async () => {
    vi.useFakeTimers({ now: new Date('2031-01-31T23:30:00Z'), toFake: ['Date'] });
    process.env.TZ = 'Asia/Tokyo';
    expect(await toolsPage(CATALOGUE)).toBe(readFileSync('docs/tools.md', 'utf8'));
  });
});

describe('docs/results.png', () => {
  const picture = readFileSync(PICTURE);

  it('risk 41: shows the page as it is now, which is the same on another day and in another time zone', async () => {
    vi.useFakeTimers({ now: new Date('2031-01-31T23:30:00Z'), toFake: ['Date'] });
    process.env.TZ = 'Asia/Tokyo';
    expect(stampOf(picture)).toBe(digestOf(await picturedPage()));
  });

  it('is out of date with the smallest change of the page', async () => {
    const page = await picturedPage();
    expect(stampOf(stamped(picture.subarray(0, 64), digestOf(`${page} `)))).not.toBe(digestOf(page));
    expect(stampOf(Buffer.from('no picture'))).toBeNull();
  });

  it('is described by the README as it is', async () => {
    const page = await picturedPage();
    const [, verdict = '', metrics, findings] =
      /the verdict "([^"]+)", (\w+) metrics .*, (\w+) findings\]\(docs\/results\.png\)/.exec(readme) ?? [];
    expect(page).toContain(verdict);
    expect([metrics, page.match(/<section class="metric">/g)?.length]).toEqual(['three', 3]);
    expect([findings, page.match(/<section class="findings">(.*?)<\/section>/s)?.[1]?.match(/<li>/g)?.length]).toEqual([
      'two',
      2,
    ]);
  });
});

describe('docs/decisions.md', () => {
  const page = readFileSync('docs/decisions.md', 'utf8');

  it('is what the rules say now', () => {
    expect(decisionsPage()).toBe(page);
  });

  it('has every finding, every rule of the review, and every threshold with its value', () => {
    for (const code of [...FINDING_CODES, ...Object.keys(REVIEW_RULES)]) expect(page).toContain(`| \`${code}\` |`);
    expect(Object.keys(thresholds).length).toBeGreaterThan(5);
    for (const [name, value] of Object.entries(thresholds)) expect(page).toContain(`| \`${name}\` | ${value} |`);
  });

  it('has the decision table of the function that decides', () => {
    for (const recommendation of RECOMMENDATIONS)
      expect(page).toMatch(new RegExp(`^\\|.*\\| .*${recommendation}.* \\|$`, 'm'));
  });
});

describe('README.md', () => {
  it('lists under troubleshooting only errors that the product can say', () => {
    const place = readme.slice(readme.indexOf('| The error says'), readme.indexOf("## And PostHog's own"));
    const errors = [...place.matchAll(/^\| `([^`]+)`/gm)].map(([, text = '']) => text);
    expect(errors.length).toBeGreaterThan(10);
    const source = sources('src');
    for (const error of errors) expect(source, error).toContain(error);
  });

  it('risk 41: lists the tools that there are', () => {
    expect(readme).toContain(toolsTable(CATALOGUE));
  });

  const examples = [...readme.matchAll(/^\*\*“.*”\*\* `([\w-]+)` `(.*)`\n\n```text\n([\s\S]*?)\n```$/gm)].map(
    ([, tool = '', args = '', shown = '']) => ({ tool, args: Object(JSON.parse(args)), shown }),
  );

  it('has five examples', () => {
    expect(examples).toHaveLength(5);
  });

  it.each(examples)('risk 41: shows of $tool, word for word, lines that its answer has in this order', async (one) => {
    const { text } = await withStage((stage) => stage.ask({ tool: one.tool, args: one.args }));
    const left = text.split('\n').map((line) => line.trimEnd());
    for (const part of one.shown.split(/^…$/m).map((lines) => lines.trim())) {
      const at = left.join('\n').indexOf(part);
      expect(at, part).toBeGreaterThanOrEqual(0);
      left.splice(0, left.length, left.join('\n').slice(at + part.length));
    }
  });

  /** `experiment:write` lets a key read as well. */
  const covers = (scopes: readonly string[], needed: string) =>
    scopes.includes(needed) || scopes.includes(needed.replace(/:read$/, ':write'));
  const scopesIn = (text: string) => [...text.matchAll(/`(\w+:(?:read|write))`/g)].map(([, scope = '']) => scope);
  const place = /Make a \[personal API key\]([\s\S]*?)For looking only/.exec(readme)?.[1] ?? '';

  it('names the scopes that all tools need, for the part they can do without as well', () => {
    const scopes = scopesIn(place);
    for (const { needs, also = [] } of Object.values(TOOL_SCOPES))
      for (const scope of [...needs, ...also.map((part) => part.scope)])
        expect(scopes).toSatisfy(() => covers(scopes, scope));
  });

  it('names for looking what every tool that reads needs, and what it does not give', () => {
    const toLook = scopesIn(place).map((scope) => scope.replace(/:write$/, ':read'));
    const reading = CATALOGUE.filter(({ access }) => access === 'read').map(({ name }) => TOOL_SCOPES[name]);
    const lacking = reading.flatMap(({ needs = [], also = [] } = { needs: [] }) =>
      [...needs, ...also.map((part) => `${part.scope} for ${part.for}`)].filter(
        (scope) => !covers(toLook, scope.split(' ')[0] ?? ''),
      ),
    );
    expect(lacking).toEqual(['experiment:write for refresh']);
    const row =
      readFileSync('SECURITY.md', 'utf8')
        .split('\n')
        .find((line) => line.startsWith('| To look |')) ?? '';
    const forLooking = toLook.filter((scope) => !/holdout|saved_metric/.test(scope));
    expect(new Set(scopesIn(row))).toEqual(new Set([...forLooking, 'experiment:write']));
  });

  it('stays short enough to be read', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(400);
  });
});

describe('CONTRIBUTING.md', () => {
  it('says what each package is for, and lists none that is not there', () => {
    const packages = z.object({ devDependencies: z.record(z.string(), z.string()) });
    const { devDependencies } = packages.parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const text = readFileSync('CONTRIBUTING.md', 'utf8');
    const rows = text.slice(text.indexOf('## Dependencies')).match(/^\| `.*?\|/gm) ?? [];
    const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    expect(listed.sort()).toEqual(Object.keys(devDependencies).sort());
  });
});

describe('pages', () => {
  const pages = [
    'README.md',
    'AGENTS.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
  ];

  it.each(pages.filter((page) => page.endsWith('.md')))('%s links to files and headings that exist', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)];
    const broken = links.filter(([, target = '']) => {
      const [path = '', heading] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return heading !== undefined && !headingsOf(readFileSync(file, 'utf8')).includes(heading);
    });
    expect(broken.map(([, target]) => target)).toEqual([]);
  });
});

/** As GitHub makes anchors of headings. */
function headingsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** All code of a folder. */
function sources(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}
