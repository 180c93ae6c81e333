/** docs/tools.md: every tool with its arguments, scopes, and an answer that it really gave. */
import { TOOL_SCOPES } from '../../src/cli/doctor/scopes.js';
import type { CatalogueEntry } from '../../src/mcp/listing/catalogue.js';
import { DEFAULT_TOOLSETS, TOOLSETS } from '../../src/tool.js';
import { ALL_TOOLS } from '../../tools/index.js';
import { argumentsTable } from './arguments.js';
import { EXAMPLES, type Example } from './examples.js';
import { cut, fenced, jsonBlock } from './markdown.js';
import { withStage } from './stage.js';

/** Longest answer shown. Lines. */
const MOST_DATA = 36;
const MOST_TEXT = 60;

const HEAD = `# Tools

<!-- Made by \`npm run generate\`; do not edit. -->

Every tool with its arguments and an example. The answers are real: \`npm run generate\` calls each tool on the built-in
sandbox (scenario \`demo\`, a file-sharing product called Hedgebox, started anew for each tool) with a clock that stands at
2026-11-02 09:00 UTC. Two things are made steady: the sandbox's address is shown as \`http://sandbox\`, and a confirmation token as
\`(token)\`. Long answers end with the number of lines left out. An answer has two forms with the same facts, structured content
and text; the text is shown too where it holds a drawing.

Access: *read* changes nothing; *write* changes PostHog but nobody's product; *live* changes what users see or who is
enrolled; *destructive* is hard to take back. A live or destructive call is answered with a preview first, see
[safety.md](safety.md). Hints are MCP annotations; \`openWorldHint\` is true for every tool.
`;

function hintsOf({ definition: { annotations = {} } }: CatalogueEntry): string {
  const hints = (['readOnlyHint', 'destructiveHint', 'idempotentHint'] as const).filter((hint) => annotations[hint]);
  return hints.length === 0 ? 'none' : hints.map((hint) => `\`${hint}\``).join(', ');
}

function scopesOf(name: string): string {
  const scopes = TOOL_SCOPES[name];
  if (!scopes) throw new Error(`src/cli/doctor/scopes.ts has no line for ${name}`);
  const needed = scopes.needs.map((scope) => `\`${scope}\``).join(', ');
  const also = (scopes.also ?? []).map(({ scope, for: what }) => `\`${scope}\` for ${what}`).join(', ');
  return also === '' ? needed : `${needed}; also ${also}`;
}

function accessOf({ access, varies }: CatalogueEntry): string {
  return varies ? `up to ${access}, less where the call reaches less` : access;
}

async function exampleOf(name: string, { args, after = [] }: Example): Promise<string> {
  return withStage(async (stage) => {
    for (const call of after) await stage.act(call);
    const call = { tool: name, args };
    const { data, text } = await stage.ask(call);
    const hasDrawing = ALL_TOOLS.some((tool) => tool.name === name && tool.access === 'read' && tool.picture);
    const before = after.map((one) => `\`${one.tool}\` \`${JSON.stringify(one.args)}\``);
    const parts = [
      ...(before.length > 0 ? [`Example, after ${before.join(' and ')}:`] : ['Example:']),
      jsonBlock(args),
      ...(data.status === 'confirmation_required'
        ? ['answers with a preview; nothing has changed yet:']
        : ['answers:']),
      jsonBlock(data, MOST_DATA),
      ...(hasDrawing ? ['The same as text:', fenced('text', cut(text, MOST_TEXT))] : []),
    ];
    if (data.status !== 'confirmation_required') return parts.join('\n\n');
    const { status } = (await stage.act(call)).data;
    return [...parts, `The same call with that \`confirmation_token\` answers \`"status": "${status}"\`.`].join('\n\n');
  });
}

async function sectionOf(entry: CatalogueEntry): Promise<string> {
  const { name, definition, undoTools } = entry;
  const example = EXAMPLES[name];
  if (!example) throw new Error(`scripts/generate/examples.ts has no line for ${name}`);
  const facts = [
    `- Access: ${accessOf(entry)}`,
    `- Hints: ${hintsOf(entry)}`,
    `- Scopes: ${scopesOf(name)}`,
    ...(undoTools.length > 0 ? [`- Its undo can name: ${undoTools.map((tool) => `\`${tool}\``).join(', ')}`] : []),
  ];
  return [
    `### ${name}`,
    `**${definition.title}.** ${(definition.description ?? '').replaceAll('\n', '\\\n')}`,
    facts.join('\n'),
    argumentsTable(definition.inputSchema),
    await exampleOf(name, example),
  ].join('\n\n');
}

export async function toolsPage(entries: readonly CatalogueEntry[]): Promise<string> {
  const parts: string[] = [HEAD];
  for (const toolset of TOOLSETS) {
    const ours = entries.filter((entry) => entry.toolset === toolset);
    const served = DEFAULT_TOOLSETS.includes(toolset) ? 'served by default' : `served with \`--toolsets ${toolset}\``;
    parts.push(`## ${toolset} (${served})\n`, ours.map(({ name }) => `[${name}](#${name})`).join(' · '), '');
    for (const entry of ours) parts.push(await sectionOf(entry), '');
  }
  return parts.join('\n');
}
