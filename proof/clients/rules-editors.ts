import * as find from './finders.js';
import type { Published } from './published.js';
import type { Rule } from './rule.js';
import { FLAT, FORMS, issue, LISTS, LONGEST_FORM, longestAs, SPECIFICATION } from './words.js';

const COUNTS = ({ tools, unasked }: Published) =>
  `${unasked.length} are served unasked, ${tools.length} with \`--toolsets all\`; fewer with \`--toolsets\` or \`--tools\`.`;

export const OPENAI_RULES: readonly Rule[] = [
  {
    rule: 'the root is an object with `properties`, be they none',
    met: 'They are there for every tool.',
    source: issue('inboxapi/cli', 106),
    broken: find.rootNamesProperties,
  },
  {
    rule: 'no combinator and no `enum` at the root, `oneOf` nowhere',
    met: FLAT,
    source: '[OpenAI, function calling](https://platform.openai.com/docs/guides/function-calling)',
    broken: (all) => [
      ...find.withoutAtRoot('anyOf', 'oneOf', 'allOf', 'not', 'enum')(all),
      ...find.withoutAnywhere('oneOf')(all),
    ],
  },
  {
    rule: 'descriptions within 1,024 characters',
    met: 'A test holds each at that.',
    source: '[OpenAI, API reference](https://platform.openai.com/docs/api-reference/chat/create)',
    broken: find.describedWithin(1_024),
  },
  {
    rule: 'names within 64 characters of `[a-zA-Z0-9_-]`, the prefix of the host included',
    met: longestAs(LONGEST_FORM),
    source: issue('cline/cline', 11885),
    broken: find.named(/^[A-Za-z0-9_-]{1,64}$/, LONGEST_FORM),
  },
];

export const VSCODE_RULES: readonly Rule[] = [
  {
    rule: 'every list says what it holds',
    met: LISTS,
    source: issue('microsoft/vscode', 246119, 248810),
    broken: find.typedItems,
  },
  {
    rule: 'no lists in lists, no `prefixItems`',
    met: LISTS,
    source: issue('microsoft/vscode', 263986),
    broken: (all) => [...find.nestedLists(all), ...find.without('prefixItems')(all)],
  },
  {
    rule: '`mcp_posthog_<name>` within 64 characters',
    met: longestAs(FORMS.mcp_posthog_),
    source: issue('microsoft/vscode', 243602),
    broken: find.namedWithin(64, FORMS.mcp_posthog_),
  },
  {
    rule: 'at most 128 tools in a request',
    met: COUNTS,
    source: '[postmanlabs/postman-mcp-server#26](https://github.com/postmanlabs/postman-mcp-server/pull/26)',
    broken: find.atMost(128),
  },
];

export const CURSOR_RULES: readonly Rule[] = [
  {
    rule: 'name of the server and of the tool together within 60 characters',
    met: 'In every form of prefix that clients use, as long as the server is entered as `posthog`.',
    source: `${issue('ComposioHQ/composio', 2788)}, ${issue('awslabs/mcp', 1283)}`,
    broken: (all) => Object.values(FORMS).flatMap((form) => find.namedWithin(60, form)(all)),
  },
  {
    rule: 'at most 40 tools of all servers together (later builds: 80)',
    met: COUNTS,
    source: '[anyproto/anytype-mcp#5](https://github.com/anyproto/anytype-mcp/issues/5)',
    broken: find.unaskedAtMost(40),
  },
];

export const EVERY_RULES: readonly Rule[] = [
  {
    rule: 'clients on the v1 SDK: the schema of an answer is an object, else no tool of the server is shown',
    met: 'It names its top-level fields.',
    source: issue('opentokenz/mcpx', 28),
    broken: find.answersAreObjects,
  },
  {
    rule: 'clients that hold error answers against the schema of the answer',
    met: 'It requires nothing and admits `error`.',
    source: SPECIFICATION,
    broken: find.answersRequireNothing,
  },
  {
    rule: 'the Inspector: no empty schema, none that is `true` or `false`, no `$ref` elsewhere',
    met: 'Schemas are written out.',
    source: '[MCP Inspector](https://github.com/modelcontextprotocol/inspector), `--strict`',
    broken: (all) => [...find.noSchemaInWords(all), ...find.withoutAnywhere('$ref')(all)],
  },
  {
    rule: 'title and all four hints, since defaults assume the worst',
    met: 'They follow from the access level of a tool.',
    source: SPECIFICATION,
    broken: find.titledAndHinted,
  },
  {
    rule: 'names of tools, and of prompts, are unique and match `^[A-Za-z0-9_.-]{1,128}$`',
    met: 'Both are kebab-case.',
    source: SPECIFICATION,
    broken: (all) => [...find.named(/^[A-Za-z0-9_.-]{1,128}$/)(all), ...find.namedTwice(all)],
  },
];
