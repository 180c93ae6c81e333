import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';

// As in vitest.config.ts.
for (const name of Object.keys(process.env)) if (/proxy$/i.test(name)) delete process.env[name];

const seed = process.env.FUZZ_SEED ?? String(randomInt(2 ** 31));

/** Tests that run a second time with PostHog 150 to 400 ms away: a PostHog that answers at once hides faults. */
export default defineConfig({
  test: {
    // Part of the name of each test, so that a failure shows the seed that reproduces it.
    name: `distant, FUZZ_SEED=${seed}`,
    env: { DISTANT: '1', FUZZ_SEED: seed },
    include: [
      'test/server/{adapter,adapter-protocol,adapter-session,consent,consent-tokens,context-protocol,second-thoughts}.test.ts',
      'test/server/experiment-{launch,pause,resume,end,ship-variant,reset,archive,unarchive,freeze-exposure,unfreeze-exposure}.test.ts',
      'test/server/{gates,gate-comments,gate-undo,limits,feature-flag-restore,partial-writes,approvals,store}.test.ts',
      'test/stdio/{clients,elicitation,frames,in-flight,journal}.test.ts',
      'test/http/*.test.ts',
      'test/fault/cancelling.test.ts',
      'test/meta/distance.test.ts',
    ],
    testTimeout: 60_000,
    // As in vitest.config.ts.
    expect: { requireAssertions: true },
    isolate: false,
    // More than there are cores, since these tests spend nearly all their time waiting.
    maxWorkers: 10,
  },
});
