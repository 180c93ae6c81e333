import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type CompleteResult,
  createRequestStateCodec,
  fromJsonSchema,
  type GetPromptResult,
  type InputRequest,
  inputRequired,
  inputResponse,
  McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ENUM_FORM, FORM_WITH_DEFAULTS, MIRRORED_SCHEMA, RICH_SCHEMA } from './forms.js';

/** The smallest PNG, and a WAV header without samples. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';
/** Between two notifications, so that a client sees them apart. Milliseconds. */
const PAUSE_MS = 50;

/** Signed, so that a state that was tampered with is refused before a handler runs. */
const states = createRequestStateCodec<{ round: number }>({ key: randomBytes(32) });

const CAPABILITIES = {
  tools: { listChanged: false },
  prompts: { listChanged: false },
  resources: { listChanged: false, subscribe: true },
  completions: {},
  logging: {},
};

const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
const said = (words: string): CallToolResult => ({ content: [text(words)] });
const userSays = (content: GetPromptResult['messages'][number]['content']) => ({ role: 'user' as const, content });

/** What the conformance suite calls by name; none of it is part of the product. */
export function createFixtureServer(): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixtures', version: '1.0.0' },
    { capabilities: CAPABILITIES, requestState: { verify: states.verify } },
  );
  addContent(server);
  addNotifications(server);
  addQuestions(server);
  addRounds(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function addContent(server: McpServer): void {
  const embedded = { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'An embedded resource.' };
  const mixed = { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"value":123}' };
  const answers: Record<string, CallToolResult> = {
    test_simple_text: said('This is a simple text response for testing.'),
    test_image_content: { content: [image] },
    test_audio_content: { content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] },
    test_embedded_resource: { content: [{ type: 'resource', resource: embedded }] },
    test_multiple_content_types: { content: [text('Several:'), image, { type: 'resource', resource: mixed }] },
    test_error_handling: { ...said('This tool always fails.'), isError: true },
  };
  for (const [name, answer] of Object.entries(answers)) server.registerTool(name, describedAs(name), () => answer);
  const rich = fromJsonSchema(RICH_SCHEMA);
  server.registerTool('json_schema_2020_12_tool', { ...describedAs('a rich schema'), inputSchema: rich }, () =>
    said('A schema of 2020-12.'),
  );
  const mirrored = fromJsonSchema(MIRRORED_SCHEMA);
  server.registerTool('test_mirrored_header', { ...describedAs('a mirrored argument'), inputSchema: mirrored }, () =>
    said('The header and the argument agree.'),
  );
}

function addNotifications(server: McpServer): void {
  server.registerTool('test_tool_with_logging', describedAs('three log messages'), async ({ mcpReq }) => {
    for (const words of ['started', 'in work', 'completed']) {
      await mcpReq.log('info', words);
      await delay(PAUSE_MS);
    }
    return said('Logged.');
  });
  server.registerTool('test_logging_tool', describedAs('one log message'), async ({ mcpReq }) => {
    await mcpReq.log('info', 'only for those who asked');
    return said('Logged.');
  });
  server.registerTool('test_tool_with_progress', describedAs('three reports of progress'), async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        });
      await delay(PAUSE_MS);
    }
    return said('Done.');
  });
}

/** Questions to the client: at once on connections of 2025, as required input since 2026-07-28. */
function addQuestions(server: McpServer): void {
  const asks = (name: string, request: InputRequest) =>
    server.registerTool(name, describedAs(name), ({ mcpReq }) => {
      if (inputResponse(mcpReq.inputResponses, 'it').kind === 'missing')
        return inputRequired({ inputRequests: { it: request } });
      return said(`Answered: ${JSON.stringify(mcpReq.inputResponses?.it)}`);
    });
  asks('test_elicitation_sep1034_defaults', inputRequired.elicit({ message: 'Who?', ...FORM_WITH_DEFAULTS }));
  asks('test_elicitation_sep1330_enums', inputRequired.elicit({ message: 'Which?', ...ENUM_FORM }));
  asks('test_streaming_elicitation', nameForm('Your name?'));
  asks('test_missing_capability', sampling('Only for clients that sample.'));
  server.registerTool(
    'test_elicitation',
    { ...describedAs('a form'), inputSchema: z.object({ message: z.string() }) },
    ({ message }, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'it');
      if (answer.kind === 'missing') return inputRequired({ inputRequests: { it: nameForm(message) } });
      return said(`User response: ${JSON.stringify(answer)}`);
    },
  );
  server.registerTool(
    'test_sampling',
    { ...describedAs('sampling'), inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'it');
      if (answer.kind === 'missing') return inputRequired({ inputRequests: { it: sampling(prompt) } });
      return said(`LLM response: ${JSON.stringify(answer)}`);
    },
  );
}

/** Calls that end only in a later round. */
function addRounds(server: McpServer): void {
  const tool = (name: string, run: Round) => withRounds(server, name, run);
  tool('test_input_required_result_elicitation', ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
    return answer ? said(`Hello, ${answer.name}!`) : { user_name: nameForm('What is your name?') };
  });
  tool('test_input_required_result_sampling', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    if (answer.kind !== 'sampling') return { capital_question: sampling('What is the capital of France?') };
    return said(JSON.stringify(answer.result.content));
  });
  tool('test_input_required_result_list_roots', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    if (answer.kind !== 'roots') return { client_roots: inputRequired.listRoots() };
    return said(answer.roots.map(({ uri }) => uri).join(', '));
  });
  for (const name of ['request_state', 'tampered_state'])
    tool(`test_input_required_result_${name}`, ({ mcpReq }, round) => {
      if (round === 0 || inputResponse(mcpReq.inputResponses, 'confirm').kind === 'missing')
        return { confirm: confirmation() };
      return said('state-ok');
    });
  tool('test_input_required_result_multiple_inputs', ({ mcpReq }) => {
    const wanted = {
      user_name: nameForm('Name?'),
      greeting: sampling('Greet.'),
      client_roots: inputRequired.listRoots(),
    };
    const missing = Object.keys(wanted).some((key) => inputResponse(mcpReq.inputResponses, key).kind === 'missing');
    return missing ? wanted : said('All three were answered.');
  });
  const steps: Record<string, InputRequest>[] = [{ step1: nameForm('Your name?') }, { step2: nameForm('Your color?') }];
  tool('test_input_required_result_multi_round', (_, round) => steps[round] ?? said('Both steps are done.'));
  tool('test_input_required_result_capabilities', ({ mcpReq }) => {
    const declared = Object(Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY));
    const asked = {
      ...('elicitation' in declared ? { form: nameForm('Name?') } : {}),
      ...('sampling' in declared ? { sample: sampling('Say something.') } : {}),
    };
    return Object.keys(mcpReq.inputResponses ?? {}).length > 0 ? said('Answered.') : asked;
  });
}

type Round = (context: ServerContext, round: number) => CallToolResult | Record<string, InputRequest>;

/** Each round hands its number to the next one in the state that the client carries. */
function withRounds(server: McpServer, name: string, run: Round): void {
  server.registerTool(name, describedAs(name), async (context) => {
    const round = context.mcpReq.requestState<{ round: number }>()?.round ?? 0;
    const outcome = run(context, round);
    if (isAnswer(outcome)) return outcome;
    return inputRequired({ inputRequests: outcome, requestState: await states.mint({ round: round + 1 }, context) });
  });
}

function isAnswer(outcome: ReturnType<Round>): outcome is CallToolResult {
  return Array.isArray(outcome.content);
}

function addResources(server: McpServer): void {
  const add = (name: string, content: { mimeType: string; text: string } | { mimeType: string; blob: string }) => {
    const uri = `test://${name}`;
    server.registerResource(name, uri, describedAs(name), () => ({ contents: [{ uri, ...content }] }));
  };
  add('static-text', { mimeType: 'text/plain', text: 'The content of the static text resource.' });
  add('static-binary', { mimeType: 'image/png', blob: PNG });
  add('watched-resource', { mimeType: 'text/plain', text: 'It never changes.' });
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, describedAs('template'), (uri, { id }) => ({
    contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
  }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', describedAs('no arguments'), () => ({
    messages: [userSays(text('This is a simple prompt for testing.'))],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { ...describedAs('two arguments'), argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => ({ messages: [userSays(text(`arg1='${arg1}', arg2='${arg2}'`))] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { ...describedAs('a resource'), argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => {
      const resource = { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded.' };
      return { messages: [userSays({ type: 'resource', resource }), userSays(text('Process it.'))] };
    },
  );
  server.registerPrompt('test_prompt_with_image', describedAs('an image'), () => ({
    messages: [userSays(image), userSays(text('Analyze it.'))],
  }));
  server.registerPrompt('test_input_required_result_prompt', describedAs('a question first'), ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', z.object({ context: z.string() }));
    if (!answer) return inputRequired({ inputRequests: { user_context: contextForm() } });
    return { messages: [userSays(text(answer.context))] };
  });
  const none: CompleteResult = { completion: { values: [], total: 0, hasMore: false } };
  server.server.setRequestHandler('completion/complete', () => none);
}

function describedAs(what: string): { description: string } {
  return { description: `Fixture: ${what}` };
}

function nameForm(message: string): InputRequest {
  return inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  });
}

function contextForm(): InputRequest {
  const requestedSchema = {
    type: 'object' as const,
    properties: { context: { type: 'string' as const } },
    required: ['context'],
  };
  return inputRequired.elicit({ message: 'What context should the prompt use?', requestedSchema });
}

function confirmation(): InputRequest {
  return inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  });
}

function sampling(words: string): InputRequest {
  return inputRequired.createMessage({ messages: [{ role: 'user', content: text(words) }], maxTokens: 100 });
}
