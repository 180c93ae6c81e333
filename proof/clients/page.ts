import { CAPABILITIES, READ_ON } from './capabilities.js';
import { published } from './published.js';
import { RULES } from './rules.js';

export const CLIENTS_PAGE = 'docs/clients.md';

const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

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

Tested here with real clients: the MCP Inspector's command line (with \`--strict\`), the v1 SDK's client and the v2 SDK's client,
over stdio, Streamable HTTP and HTTP+SSE. **Not tested here:** the clients named below themselves. What is said of them was read
on ${READ_ON} in the sources linked, of which some are issues and third parties' notes; corrections are welcome.

## What they ask for

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
