import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RiskTest {
  risk: number;
  file: string;
  title: string;
}

/** The first argument of a call: `it('risk 7: …'` and `it.each(…)('risk 7: …'` alike. */
const TITLE = /\(\s*(['"`])risk (\d+): ((?:(?!\1).)+)\1/g;

/** Tests, and groups of tests, whose names say which risk they are about. */
export function testsOfRisks(folder = 'test'): RiskTest[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      const found = readFileSync(file, 'utf8').matchAll(TITLE);
      return [...found].map(([, , risk, title = '']) => ({ risk: Number(risk), file, title }));
    });
}
