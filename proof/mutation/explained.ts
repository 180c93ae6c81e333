import { CHECKS } from './explained-checks.js';
import { CLIENT } from './explained-client.js';
import { DECISION } from './explained-decision.js';
import type { Explained } from './explanation.js';

const CAUGHT = 'The error is caught where it is thrown: what would be seen is the same.';
const EXACTLY = 'Differs only where two computed numbers are equal to the last bit, which no data brings about.';
const OVERFLOW = 'Words of a refusal that only sums near 1e308 would bring about.';

export const EXPLAINED: readonly Explained[] = [
  {
    file: 'src/stats/compare.ts',
    code: 'base < 0',
    instead: 'base <= 0',
    because: `A baseline of zero is refused by the next line, under the same code. ${CAUGHT}`,
  },
  {
    file: 'src/stats/compare.ts',
    code: "'relative to a baseline below zero, a rise would look like a fall'",
    because: CAUGHT,
  },
  {
    file: 'src/stats/compare.ts',
    code: "'variant'",
    because: 'Only `baseline` is looked for; the type names the other.',
  },
  {
    file: 'src/stats/cuped.ts',
    code: "sampleVariance(covariate, 'the covariate') < VARIANCE_FLOOR",
    because: EXACTLY,
  },
  {
    file: 'src/stats/cuped.ts',
    code: "'the covariate'",
    because: 'The same sums were refused before, under the same name, when the slope was computed.',
  },
  { file: 'src/stats/cuped.ts', code: "'the adjusted mean'", because: OVERFLOW },
  { file: 'src/stats/cuped.ts', code: "'the adjusted variance'", because: OVERFLOW },
  {
    file: 'src/stats/distributions.ts',
    code: 'step < NEWTON_STEPS',
    instead: 'step <= NEWTON_STEPS',
    because: 'One step more from a root is no step.',
  },
  {
    file: 'src/stats/moments.ts',
    code: 'spread <= NOISE * least',
    instead: 'spread < NOISE * least',
    because: 'Where both are 0, so is the quotient.',
  },
  {
    file: 'src/stats/power.ts',
    code: 'exposuresPerDay < 0',
    instead: 'exposuresPerDay <= 0',
    because: 'A rate of 0 is caught by the test before it.',
  },
  { file: 'src/stats/sequential.ts', code: 'pValue < alpha', instead: 'pValue <= alpha', because: EXACTLY },
  { file: 'src/stats/srm.ts', code: 'pValue < SRM_ALARM', instead: 'pValue <= SRM_ALARM', because: EXACTLY },
  { file: 'src/stats/summary.ts', code: "'the ratio'", because: OVERFLOW },
  {
    file: 'src/stats/summary.ts',
    code: 'residue <= NOISE * left',
    instead: 'residue < NOISE * left',
    because: 'Where both are 0, so is the quotient.',
  },
  { file: 'src/stats/summary.ts', code: "'the variance of the ratio'", because: OVERFLOW },
  {
    file: 'src/stats/validity.ts',
    code: "'the sum'",
    because:
      'The line before refuses the same sum of funnels and retention; the other metrics are refused by their summary.',
  },
  {
    file: 'src/mcp/consent/confirmation-token.ts',
    code: "'undefined'",
    because: 'Any text that stands for nothing does; it only goes into a digest.',
  },
  {
    file: 'src/mcp/consent/confirmation-token.ts',
    code: "''",
    within: "const [call = '', state = ''",
    because: 'A default that the type asks for: what is parsed was signed here, so no part of it is missing.',
  },
  {
    file: 'src/mcp/consent/confirmation-token.ts',
    code: "''",
    within: "const [body = '', signature = ''",
    because:
      'A default that the type asks for: a text without a signature is refused as one with a wrong signature is.',
  },
  {
    file: 'src/mcp/consent/confirmation-token.ts',
    code: '[]',
    because: 'A default that the type asks for: what is parsed was signed here, and every preview has a state.',
  },
  {
    file: 'src/mcp/consent/confirmation-token.ts',
    code: 'until <= now()',
    because: 'Tidies memory. What expired is refused for that before it is looked up.',
  },
  {
    file: 'src/mcp/consent/question.ts',
    code: 'lines.length - 1',
    because: 'Where the search for what fits starts: from further up it ends at the same line.',
  },
  {
    file: 'src/mcp/consent/question.ts',
    code: "[...lines.slice(0, kept), note].join('\\n').length > MAX_MESSAGE",
    because: 'A line less where the rest and the note fill the room exactly; both keep to it.',
  },
  {
    file: 'src/sandbox/lifecycle/lifecycle.ts',
    code: 'isFrozen(flag.filters)',
    instead: 'true',
    because: 'Thawing a flag that is not frozen does nothing, and no action stamps only some of the groups.',
  },
  ...DECISION,
  ...CHECKS,
  ...CLIENT,
];
