/**
 * A part of the source that mutants are made of, and the quick tests that are to find them. Tests on random input are left
 * out: what one run kills another would miss, and shrinking a failure takes longer than all other tests together.
 */
export interface Part {
  mutate: readonly string[];
  testFiles: readonly string[];
  /** Mutants that are tested at once; two, one for each core, where left out. */
  atOnce?: number;
}

/** By the name that `npm run mutation` takes. Types and constants alone give no mutants, so they need no exception here. */
export const PARTS: Readonly<Record<string, Part>> = {
  stats: { mutate: ['src/stats/*.ts'], testFiles: ['test/unit/stats-!(any-input|properties).test.ts'] },
  decision: {
    mutate: ['src/decision/*.ts'],
    testFiles: ['test/unit/decision!(-properties).test.ts', 'test/unit/{preflight,review}*.test.ts'],
  },
  consent: {
    mutate: ['src/mcp/consent/consent.ts', 'src/mcp/consent/confirmation-token.ts', 'src/mcp/consent/question.ts'],
    testFiles: ['test/unit/{consent,consent-dialog,confirmation-token,question}.test.ts'],
  },
  lifecycle: {
    mutate: ['src/sandbox/lifecycle/lifecycle.ts'],
    testFiles: ['test/sandbox/{lifecycle,lifecycle-effects,lifecycle-log,freeze,approvals-rules}.test.ts'],
  },
  posthog: {
    mutate: ['src/posthog/*.ts'],
    testFiles: [
      'test/unit/{posthog*,upstream-guard,proxy*}.test.ts',
      'test/fault/{bodies,credentials,pool,proxy,retries,sharing}.test.ts',
    ],
    // These tests wait for sockets most of the time.
    atOnce: 6,
  },
};
