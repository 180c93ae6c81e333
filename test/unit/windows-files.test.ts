import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tokensOfFile } from '../../src/cli/http/tokens.js';
import { loadScenario } from '../../src/cli/sandbox.js';
import { createLog } from '../../src/log.js';
import { parseKey } from '../../src/posthog/key.js';

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'windows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
}

describe('what editors on Windows write', () => {
  it('is taken as a scenario, with its byte order mark and line ends', async () => {
    const text = `\uFEFF{\r\n  "experiments": [\r\n    {"name": "A", "feature_flag_key": "a"}\r\n  ]\r\n}\r\n`;
    expect((await loadScenario(fileWith(text))).experiments).toHaveLength(1);
  });

  it('is taken as a file of tokens, whose secrets hold neither', () => {
    const log = createLog({ level: 'silent', redact: (text) => text });
    const windows = tokensOfFile(fileWith('\uFEFFann:read:a-secret-of-ann\r\n\r\nbob:live:a-secret-of-bob\r\n'), log)();
    const unix = tokensOfFile(fileWith('ann:read:a-secret-of-ann\nbob:live:a-secret-of-bob\n'), log)();
    expect(windows).toEqual(unix);
    expect(windows.map(({ name }) => name)).toEqual(['ann', 'bob']);
  });

  it('is told where the end of a line got into the key', () => {
    const key = 'phx_0123456789abcdefghij\r';
    expect(() => parseKey(key, 'https://us.posthog.com')).toThrow('ends with spaces or a line break');
  });
});
