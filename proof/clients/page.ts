import { readFileSync } from 'node:fs';
import { CAPABILITIES, READ_ON } from './capabilities.js';
import { published } from './published.js';
import type { Measured } from './real/measure.js';
import { RULES } from './rules.js';

export const CLIENTS_PAGE = 'docs/clients.md';

const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const RECORD: { day: string; clients: Measured[] } = JSON.parse(
  readFileSync(new URL('./real/measured.json', import.meta.url), 'utf8'),
);

function measuredRow(one: Measured): string {
  const seen = one.tools === 0 || one.name === '' ? 'behind its search' : `\`${one.name}\``;
  const counts = one.name === '' ? 'found by searching' : `${one.tools}; ${one.allTools} with \`--toolsets all\``;
  const size = (characters: number) => characters.toLocaleString('en');
  const works = one.works ? 'yes' : `**no**${one.problem === undefined ? '' : `: ${one.problem}`}`;
  return row(
    ...[`${one.client} ${one.version}`, works, counts, seen, one.gets, one.confirming],
    ...[
      `${size(one.bigList)}, ${one.knowsRest ? 'with total and how to go on' : '**without the total**'}`,
      size(one.bigExperiment),
    ],
  );
}

/** docs/clients.md: what each client asks of a server, and how this one meets it. */
export function clientsPage(): string {
  const all = published();
  const rules = Object.entries(RULES).flatMap(([client, list]) =>
    list.map(({ rule, met, source, broken }) =>
      row(client, rule, broken(all).length > 0 ? '**broken**' : typeof met === 'string' ? met : met(all), source),
    ),
  );
  const abilities = CAPABILITIES.map(({ client, transports, elicitation, resources, prompts, apps, note }) =>
    row(client, transports, elicitation, resources, prompts, apps, note),
  );
  const sources = CAPABILITIES.map(({ client, sources: of }) => `- ${client}: ${of}`);
  return `# MCP clients

<!-- Made by \`npm run generate\` from proof/clients/; do not edit. -->

Clients and the models behind them take different parts of JSON Schema, and one tool out of line can cost all of them. Each
rule below is a check in \`proof/clients/\` that a test runs over everything this server publishes with \`--toolsets all\`:
schemas of inputs and answers, hints, descriptions, prompts and instructions. A second test breaks each rule to see it caught.

Tested with every change (\`npm run test:system\`): the MCP Inspector's command line (with \`--strict\`) and page, the SDK's clients of 1.0, 1.5,
1.10, 1.18, 1.25, v1 and v2, the AI SDK, \`mcp-remote\` and Gemini CLI, over stdio, Streamable HTTP and HTTP+SSE as each can.

## What was measured

\`npm run clients\`, last on ${RECORD.day}: each client as published on npm, with nobody at the keyboard, a home of its own and a scripted
model on loopback, over stdio on the sandbox. The model reads, asks for an experiment that does not exist, and pauses one; then it
lists 100 of 300 experiments with long names, and gets one with 120 metrics. Characters are what the model got.

${row('Client', 'Works', 'Tools declared', 'Name of a tool', 'An answer comes as', 'A live call is confirmed', 'A page of 100', '120 metrics')}
${row('---', '---', '---', '---', '---', '---', '---', '---')}
${RECORD.clients.map(measuredRow).join('\n')}

Not measured: real models, desktop and editor clients (Claude Desktop, Cursor, VS Code, Windsurf, Zed), other transports of these
clients, Windows and macOS. Where a client refuses dialogs by itself because nobody is there, start the server with
\`--confirm token\`.

## What they ask for

What is said here and below was read on ${READ_ON} in the sources linked, of which some are issues and third parties' notes; corrections
are welcome.

${row('Client', 'Rule', 'How it is met', 'Source')}
${row('---', '---', '---', '---')}
${rules.join('\n')}

The server's name in a client's settings is taken to be \`posthog\`, as in the README.

## What they can do

\`?\`: their documents do not say. Nothing here needs more than tools: where there are no dialogs, live calls are confirmed by
token; prompts, resources and pages come on top, and every answer is complete both as text and as data.

${row('Client', 'Transports', 'Dialogs (elicitation)', 'Resources', 'Prompts', 'Pages (MCP Apps)', 'With this server')}
${row('---', '---', '---', '---', '---', '---', '---')}
${abilities.join('\n')}

Sources:

${sources.join('\n')}
`;
}
