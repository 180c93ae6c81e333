import { Stryker } from '@stryker-mutator/core';
import type { Part } from './parts.js';

/** Mutants of a hundred that tests have to notice. */
export const LEAST_SCORE = 85;

/** Reports, what incremental runs remember, and copies of the project: nothing of it is committed. */
const FOLDER = '.stryker';

export function reportFile(name: string): string {
  return `${FOLDER}/${name}/report.json`;
}

/** Tests the mutants of one part, and makes the process fail where its score is too low. */
export async function runPart(name: string, { mutate, testFiles, atOnce = 2 }: Part, force: boolean): Promise<void> {
  process.stdout.write(`\n${name}\n`);
  await new Stryker({
    mutate: [...mutate],
    testFiles: [...testFiles],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    // The files are named above; to look for related ones would only cost time.
    vitest: { configFile: 'vitest.config.ts', related: false },
    // TypeScript 7 has no API for the rewriting of tsconfig.json, which nothing here needs.
    tsconfigFile: 'none',
    coverageAnalysis: 'perTest',
    // What is worked out once at loading, such as tables of texts, would need a new process and all tests for each mutant.
    ignoreStatic: true,
    concurrency: atOnce,
    // Endless loops are found by counting; a shorter wait would take a busy machine for a mutant that hangs. Milliseconds.
    timeoutMS: 600_000,
    dryRunTimeoutMinutes: 15,
    incremental: true,
    incrementalFile: `${FOLDER}/${name}/incremental.json`,
    force,
    tempDirName: `${FOLDER}/${name}/copy`,
    cleanTempDir: 'always',
    ignorePatterns: [FOLDER, 'dist', 'docs'],
    reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
    clearTextReporter: { logTests: false, allowColor: false, allowEmojis: false },
    jsonReporter: { fileName: reportFile(name) },
    htmlReporter: { fileName: `${FOLDER}/${name}/report.html` },
    thresholds: { high: LEAST_SCORE, low: LEAST_SCORE, break: LEAST_SCORE },
  }).runMutationTest();
}
