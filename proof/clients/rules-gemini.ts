import * as find from './finders.js';
import type { Rule } from './rule.js';
import { FLAT, FORMS, GEMINI_DOCS, issue, LISTS } from './words.js';

/** One bad tool makes Gemini refuse the whole request, so it has the most rules. */
export const GEMINI_RULES: readonly Rule[] = [
  {
    rule: 'every argument has one plain type',
    met: FLAT,
    source: issue('google-gemini/gemini-cli', 6632),
    broken: find.oneKnownType,
  },
  { rule: 'no lists of types', met: FLAT, source: issue('zereight/gitlab-mcp', 166), broken: find.noTypeLists },
  {
    rule: 'no `anyOf`, `oneOf`, `allOf`, `not`, `const`',
    met: FLAT,
    source: issue('pizza-bot-app/pizza-bot', 62),
    broken: find.without('anyOf', 'oneOf', 'allOf', 'not', 'const'),
  },
  {
    rule: 'no `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `uniqueItems`',
    met: 'Bounds are inclusive.',
    source: issue('pizza-bot-app/pizza-bot', 62),
    broken: find.without('exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'uniqueItems'),
  },
  {
    rule: 'no `$schema`, `$id`, `$ref`, `$defs`',
    met: 'Schemas are written out; none refers to another or to itself.',
    source: issue('google-gemini/gemini-cli', 11393),
    broken: find.without('$schema', '$id', '$ref', '$defs', 'definitions'),
  },
  {
    rule: 'no `propertyNames`, `patternProperties`',
    met: 'Every argument has a fixed name.',
    source: issue('zendev-sh/goai', 108),
    broken: find.without('propertyNames', 'patternProperties'),
  },
  {
    rule: '`enum` holds strings only',
    met: 'Choices are words.',
    source: issue('weave-os/router', 65),
    broken: find.stringEnums,
  },
  {
    rule: '`format` of strings is `enum` or `date-time`',
    met: 'No formats are published; dates are checked on arrival.',
    source: issue('google-gemini/gemini-cli', 2141),
    broken: find.formatsOnlyOf('enum', 'date-time'),
  },
  {
    rule: '`properties` and `required` stand on objects only',
    met: FLAT,
    source: issue('google-gemini/gemini-cli', 8075),
    broken: find.propertiesOnObjectsOnly,
  },
  {
    rule: 'what is `required` is among the properties',
    met: 'Both come from one schema.',
    source: issue('google-gemini/gemini-cli', 8075),
    broken: find.requiredExists,
  },
  {
    rule: 'objects in lists name their fields',
    met: LISTS,
    source: issue('tanaikech/ToolsForMCPServer', 13),
    broken: find.objectsInListsNameFields,
  },
  {
    rule: 'no arguments called `title` and `type` side by side',
    met: 'No argument is called `title`.',
    source: issue('google-gemini/gemini-cli', 13705),
    broken: find.notTitleAndType,
  },
  {
    rule: 'no `additionalProperties` inside a schema',
    met: 'No schema has it: unknown arguments are refused on arrival.',
    source: GEMINI_DOCS,
    broken: find.openInside,
  },
  {
    rule: 'names of up to 63 letters, digits and `_ . -` that start with a letter',
    met: 'Tools and prompts are short words in kebab-case.',
    source: GEMINI_DOCS,
    broken: find.named(/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/, FORMS.mcp_posthog_),
  },
];
