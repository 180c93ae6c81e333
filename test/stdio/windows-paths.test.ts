import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/server-process.js';

/** On Linux a whole path of Windows is one file name, so what is found under it was not split, joined or read as a URL. */
const at = (name: string) => `C:\\Users\\Ann Müller\\${name}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windows-paths-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a path of Windows', () => {
  it('names the scenario, by flag and by variable', async () => {
    const scenario = at('scenario.json');
    await writeFile(
      join(folder, scenario),
      '\uFEFF{\r\n"experiments": [{"name": "Mine", "feature_flag_key": "mine"}]\r\n}',
    );
    const list = ['call', 'experiment-list', '--sandbox'];
    const byFlag = await run([...list, '--scenario', scenario], {}, folder);
    expect(JSON.parse(byFlag.stdout)).toMatchObject({ items: [{ name: 'Mine' }] });
    const byVariable = await run(list, { POSTHOG_SANDBOX_SCENARIO: scenario }, folder);
    expect(JSON.parse(byVariable.stdout)).toMatchObject({ items: [{ name: 'Mine' }] });
  });

  it('that is wrong is told as it was written', async () => {
    const { code, stderr } = await run(['--sandbox', '--scenario', at('no such.json')], {}, folder);
    expect(stderr).toContain(at('no such.json'));
    expect(code).toBe(2);
  });

  it('names the journal, which gets its two lines', async () => {
    const end = ['call', 'experiment-pause', '{"id":4}', '--sandbox', '--confirm', 'off'];
    const { code } = await run([...end, '--journal', at('journal.jsonl')], {}, folder);
    expect(code).toBe(0);
    const text = await readFile(join(folder, at('journal.jsonl')), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
  });

  it('names the report', async () => {
    const { stdout } = await run(['report', '1', '--sandbox', '--out', at('report.html')], {}, folder);
    expect(stdout).toBe(`${at('report.html')}\n`);
    expect(await readdir(folder)).toContain(at('report.html'));
  });
});

describe('the shell of Windows', () => {
  it('takes the quotes of JSON away, which the error says how to keep', async () => {
    const { code, stderr } = await run(['call', 'experiment-get', "'{id:1}'", '--sandbox']);
    expect(stderr).toContain(String.raw`"{\"id\": 7}" in cmd.exe`);
    expect(code).toBe(2);
  });
});
