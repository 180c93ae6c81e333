import type { Risk } from './risk.js';
import { RISKS } from './risks.js';
import { type RiskTest, testsOfRisks } from './tests.js';

const PATH = 'docs/proof/reliability.md';

const HEAD = `<!-- Made by \`npm run generate\` from proof/reliability/ and the names of the tests; do not edit. -->
# What can go wrong, and the tests against it

Each row is a risk of a server between an assistant and PostHog, what this server promises about it, and the tests that fail
when the promise is broken. A test carries the number of its row in its name; \`npm test\` fails where a row has no test.

**What no test here can show:** the behaviour of the live PostHog cloud. All tests run against the sandbox or against loopback
servers that misbehave on purpose.

No row is left out as inapplicable. Where a part of one does not apply or is not held, it says "Not:" and why. Rows 31 to 36 and
53 to 63 are about \`http\` alone; over stdio nothing listens. Tests under \`test/browser/\` and \`test/system/\` run with
\`npm run test:system\`.
`;

function row({ number, risk, promise, limits }: Risk, tests: readonly RiskTest[]): string {
  const proofs = tests.map(
    ({ file, title }) => `- \`${file}\`: ${title.replaceAll('%s', '…').replaceAll(/%[ij]/g, '…')}`,
  );
  const parts = [`**Promise.** ${promise}`, ...(limits ? [`**Not:** ${limits}`] : [])];
  return `## ${number}. ${risk}\n\n${parts.join('\\\n')}\n\n${proofs.join('\n')}\n`;
}

/** The page and what it is to hold. */
export function reliabilityPage(): [path: string, content: string] {
  const tests = testsOfRisks();
  const rows = RISKS.map((risk) =>
    row(
      risk,
      tests.filter((test) => test.risk === risk.number),
    ),
  );
  return [PATH, [HEAD, ...rows].join('\n')];
}
