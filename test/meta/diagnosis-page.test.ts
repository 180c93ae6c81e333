import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = 'src/diagnosis';

/** As the code writes them: `code: 'x'`, one of two, or the first argument of a helper. */
function codes(): string[] {
  const source = readdirSync(FOLDER)
    .map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'))
    .join('\n');
  const named = [...source.matchAll(/(?:code: |cause\(|\? |: )'([a-z]+(?:_[a-z]+)+)'/g)].map(([, code = '']) => code);
  return [...new Set(named)].filter((code) => !/^(?:at_|across_|other_|first_)/.test(code));
}

describe('docs/diagnosis.md', () => {
  it('has every cause that the code can name', () => {
    const page = readFileSync('docs/diagnosis.md', 'utf8');
    expect(codes().length).toBeGreaterThan(25);
    expect(codes().filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
