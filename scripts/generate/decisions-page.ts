/** docs/decisions.md: rules, numbers and the decision table, read from the code that applies them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REVIEW_RULES } from '../../src/decision/review.js';
import { FINDING_CODES } from '../../src/schema/assessment.js';
import { DERIVATIONS } from './decision-derivations.js';
import { CHECKED, FINDINGS, REVIEWED } from './decision-texts.js';
import { cell, table } from './markdown.js';

const RULES = 'src/decision';
const STATISTICS = 'src/stats';

/** Numbers of layout and arithmetic, which decide nothing. */
const NO_RULES = new Set([
  'MS_PER_DAY',
  'MS_PER_HOUR',
  'HOURS_PER_DAY',
  'DIGITS',
  'SIGNIFICANT_DIGITS',
  'COLUMNS',
  'KEY_COLUMNS',
  'NAMED',
  'MAX_POINTS',
  'ROUNDS',
]);

interface Source {
  path: string;
  text: string;
}

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => ({ path: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }));
}

function oneLine(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
}

/** Every named number that has a source, with what its comment says. */
function thresholds({ path, text }: Source): string[][] {
  const constants = text.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?(?:export )?const ([A-Z_]+) = ([\d._e-]+);/g);
  return [...constants].flatMap(([, comment = '', name = '', value = '']) => {
    const [what = '', source] = oneLine(comment).split(/Source: /);
    if (source !== undefined)
      return [[`\`${name}\``, value.replaceAll('_', ''), cell(what.trim()), cell(source.replace(/\.$/, ''))]];
    if (path.startsWith(RULES) && !NO_RULES.has(name)) throw new Error(`${path}: ${name} does not say its source`);
    return [];
  });
}

function quotedWords(text: string): string[] {
  return [...text.matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
}

/** Severities that the rules give a code, as written beside it. */
function severityOf(code: string, sources: readonly Source[]): string {
  const found = sources.flatMap(({ text }) => [
    ...text.matchAll(new RegExp(`code: '${code}',\\s*severity:([\\s\\S]+?),\\s+title:`, 'g')),
  ]);
  const words = [...new Set(found.flatMap(([, expression = '']) => quotedWords(expression)))];
  if (words.length === 0) throw new Error(`no rule in ${RULES} finds ${code}`);
  return words.join(' or ');
}

function findingsTable(sources: readonly Source[]): string {
  const rules = sources.filter(({ path }) => path.includes('/rules-'));
  const rows = FINDING_CODES.map((code) => [`\`${code}\``, severityOf(code, rules), cell(FINDINGS[code])]);
  return table(['Finding', 'Severity', 'When'], rows);
}

function reviewTable(sources: readonly Source[]): string {
  const bodies = new Map(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/export const (\w+): ReviewRule = ([\s\S]*?\n\};)/g)].map(
        ([, name = '', body = '']) => [name, body] as const,
      ),
    ),
  );
  const rows = Object.entries(REVIEW_RULES).map(([code, rule]) => {
    const severity = /severity: '(\w+)'/.exec(bodies.get(rule.name) ?? '')?.[1];
    const when = REVIEWED[code];
    if (severity === undefined || when === undefined) throw new Error(`the review rule ${code} is not described`);
    return [`\`${code}\``, severity, cell(when)];
  });
  return table(['Finding', 'Severity', 'When'], rows);
}

function checksTable(sources: readonly Source[]): string {
  const checks = sources.filter(({ path }) => path.includes('/preflight-')).map(({ text }) => text);
  const codes = new Set(
    checks.flatMap((text) => [...text.matchAll(/\bcode(?: =|:) '(\w+)'/g)].map(([, code = '']) => code)),
  );
  const told = Object.keys(CHECKED);
  const untold = [...codes].filter((code) => !told.includes(code));
  const gone = told.filter((code) => !codes.has(code));
  if (untold.length + gone.length > 0)
    throw new Error(`checks of preflight that do not fit: ${[...untold, ...gone].join(', ')}`);
  return table(
    ['Check', 'It is well where'],
    Object.entries(CHECKED).map(([code, text]) => [`\`${code}\``, cell(text)]),
  );
}

/** The table in the comment of the function that decides. */
function decisionTable(sources: readonly Source[]): string {
  const verdict = sources.find(({ path }) => path.endsWith('/verdict.ts'))?.text ?? '';
  const lines = [...verdict.matchAll(/^ \* (\|.*\|)$/gm)].map(([, line = '']) => line);
  if (lines.length < 5) throw new Error('src/decision/verdict.ts has no decision table');
  return lines.join('\n');
}

export function decisionsPage(): string {
  const sources = sourcesOf(RULES);
  const numbers = [...sources, ...sourcesOf(STATISTICS)].flatMap(thresholds);
  return `# How it decides

<!-- Made by \`npm run generate\`; do not edit. -->

\`experiment-assess\` recommends by fixed rules, \`experiment-review\` and \`experiment-preflight\` look by rules of their own, and the
gates hold calls against the assessment. Nothing here asks a model. The page is made from the code: severities, numbers and the
decision table are read from \`src/decision\` and \`src/stats\`, and a rule without a line here fails \`npm run check\`.

The rules have not been compared with decisions on the live PostHog cloud. The statistics are PostHog's published formulas; where a number
is marked "our choice", others may be as good.

## The recommendation

Four steps, of which the first line that holds decides: integrity, readiness, evidence, decision.

${decisionTable(sources)}

For metrics that should go down, everything is turned round first, so that a gain is above zero.

${DERIVATIONS}
## The gates

| Call | Passes where the assessment says |
|---|---|
| \`experiment-end\` with \`won\`, or an update to it | \`ship\` |
| the same with \`lost\` | \`keep_control\` |
| \`experiment-ship-variant\` of a variant; any other call after which a flag gives 95% or more of those inside one variant, or its payload | \`ship\` of that variant |
| the same of the baseline | \`keep_control\` |
| \`inconclusive\`, \`stopped_early\`, \`invalid\` | anything |

What does not pass is a preview with the findings, and goes on only with \`override_reason\`, which is stored in the conclusion's
comment. An undo passes: where it would be such a call, its arguments hold a mark in place of the reason. The mark is signed for the
state that the write left and the one that stood before, so it excuses nothing else, and nothing once something else has changed.

## What an assessment can find

A blocker comes before everything else; a warning holds something back; an info is to be known.

${findingsTable(sources)}

\`posthog_findings\` lists what PostHog's own checks (\`health\` of an experiment, where PostHog has turned them on) find beside these, in
PostHog's words and with its severities. A fact that both state is listed once, as ours. They are a second opinion: the recommendation rests
on our findings alone.

## What a review can find

${reviewTable(sources)}

Of the experiments that a review looks into one by one, it also lists what PostHog's own checks add, as \`posthog_\` and PostHog's code.

## What a preflight checks

Each check is \`ok\`, \`warning\`, \`blocker\` or \`unknown\` (it could not be looked at).

${checksTable(sources)}

## Numbers

${table(['Number', 'Value', 'What', 'Source'], numbers)}
`;
}
