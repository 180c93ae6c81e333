import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BARE_ENV, MAIN, run } from '../helpers/server-process.js';

const HOSTILE = `</script></style><img src=x onerror=alert(1)>"'&`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pageOf = (file: string) => readFile(join(folder, file), 'utf8');

describe('report', () => {
  it('writes one experiment as a page of its own and prints the path', async () => {
    const out = join(folder, 'one.html');
    expect(await run(['report', '8', '--sandbox', '--out', out])).toMatchObject({
      code: 0,
      stdout: `${out}\n`,
      stderr: '',
    });
    const page = await pageOf('one.html');
    expect(page).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    for (const part of ['Upgrade prompt on every login', 'upgrade-prompt', 'Keep control', 'control 50%, test 50%'])
      expect(page).toContain(part);
    expect(page.match(/class="plot" role="img"/g)).toHaveLength(3);
    expect(page).toContain('<details open="">');
    expect(page).toMatch(/<pre>Assessed \d{4}-\d\d-\d\d UTC: keep_control/);
    expect(page).toMatch(/style-src &#39;sha256-[\w+/=]{44}&#39;/);
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|@import|url\(/);
  });

  it('names the file by id and flag key, in the current folder', async () => {
    const args = [resolve(MAIN), 'report', '4', '--sandbox'];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...BARE_ENV },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
    await once(child, 'close');
    expect(printed.join('')).toBe('experiment-4-onboarding-checklist.html\n');
    expect(await pageOf('experiment-4-onboarding-checklist.html')).toContain('Ship test');
  });

  it('writes a draft too, with what there is', async () => {
    expect(await run(['report', '14', '--sandbox', '--out', join(folder, 'draft.html')])).toMatchObject({ code: 0 });
    expect(await pageOf('draft.html')).toContain('It is a draft: nobody has been exposed.');
  });

  it('--all writes the review of the programme', async () => {
    const out = join(folder, 'all.html');
    expect(await run(['report', '--all', '--sandbox', '--out', out])).toMatchObject({ code: 0, stdout: `${out}\n` });
    const page = await pageOf('all.html');
    expect(page).toMatch(/\d+ of \d+ experiments need a hand/);
    expect(page).toContain('Pricing page layout');
  });

  it('shows what people typed as text', async () => {
    const scenario = join(folder, 'hostile.json');
    const experiment = {
      name: HOSTILE,
      feature_flag_key: 'plain-key',
      description: HOSTILE,
      started_days_ago: 14,
      exposures: { control: 1000, test: 1000 },
      metrics: [
        { name: HOSTILE, role: 'primary', metric_type: 'funnel', data: { control: rowOf(100), test: rowOf(130) } },
      ],
    };
    await writeFile(
      scenario,
      JSON.stringify({ project: { id: 1, name: 'P' }, events: ['e'], experiments: [experiment] }),
    );
    const out = join(folder, 'hostile.html');
    expect(await run(['report', '1', '--sandbox', '--scenario', scenario, '--out', out])).toMatchObject({ code: 0 });
    const page = await pageOf('hostile.html');
    expect(page).not.toMatch(/<script|<\/script|<img/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).toContain('&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it.each([
    ['an experiment there is not', ['report', '999'], /^Experiment 999 was not found/],
    ['a folder there is not', ['report', '4', '--out', 'no/such/folder/x.html'], /no such folder\. Name another file/],
    ['a folder as the file', ['report', '4', '--out', 'test'], /was not written to test: that is a folder/],
  ])('ends with 1 and one line for %s', async (_, args, says) => {
    const { code, stdout, stderr } = await run([...args, '--sandbox']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('without an id is wrong usage', async () => {
    expect(await run(['report', '--sandbox'])).toMatchObject({ code: 2, stdout: '' });
  });
});

function rowOf(sum: number) {
  return { number_of_samples: 1000, sum, sum_squares: sum };
}
