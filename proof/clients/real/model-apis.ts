import { z } from 'zod';

/*
 * The wire of four model APIs, as far as a scripted model needs it: what tools a client declares, what it hands back of their
 * answers, and how a reply is written. Sources: the providers' API references.
 */

export interface Call {
  id: string;
  /** As the client declared it. */
  name: string;
  namespace?: string | undefined;
  args: Record<string, unknown>;
}

export type Reply = { calls: Call[] } | { text: string };

export interface Result {
  /** Of the call. */
  id: string;
  text: string;
}

export interface Tool {
  name: string;
  namespace?: string | undefined;
}

export interface Api {
  matches(path: string): boolean;
  tools(body: unknown): Tool[];
  /** The tools' answers, as the model gets them. */
  results(body: unknown): Result[];
  /** Content type and body. */
  write(reply: Reply, stream: boolean): { type: string; body: string };
}

const list = (shape: z.ZodType<Record<string, unknown>>) => z.array(shape).catch([]);
const object = z.record(z.string(), z.unknown());
const objects = (value: unknown) => list(object).parse(value);
const field = (value: unknown, name: string): unknown => object.catch({}).parse(value)[name];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Content of an answer: a text, or blocks of which the texts count. */
function contentText(value: unknown): string {
  if (typeof value === 'string') return value;
  return objects(value)
    .map((block) => text(block.text))
    .join('\n');
}

const sse = (events: readonly { event?: string; data: unknown }[]): string =>
  events
    .map(
      ({ event, data }) =>
        `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
    )
    .join('');
const STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

const chat: Api = {
  matches: (path) => path.endsWith('/chat/completions'),
  tools: (body) => objects(field(body, 'tools')).map((tool) => ({ name: text(field(tool.function, 'name')) })),
  results: (body) =>
    objects(field(body, 'messages')).flatMap((message) =>
      message.role === 'tool' ? [{ id: text(message.tool_call_id), text: contentText(message.content) }] : [],
    ),
  write: (reply, stream) => {
    const base = { id: 'chatcmpl-1', created: 1, model: 'scripted' };
    const message =
      'text' in reply
        ? { role: 'assistant', content: reply.text }
        : {
            ...{ role: 'assistant', content: null },
            tool_calls: reply.calls.map(({ id, name, args }, index) => ({
              ...(stream ? { index } : {}),
              ...{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } },
            })),
          };
    const finish_reason = 'text' in reply ? 'stop' : 'tool_calls';
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (!stream)
      return {
        type: JSON_TYPE,
        body: JSON.stringify({
          ...base,
          object: 'chat.completion',
          choices: [{ index: 0, message, finish_reason }],
          usage,
        }),
      };
    const chunk = (delta: object, reason: string | null) => ({
      data: { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] },
    });
    const last = { ...chunk({}, finish_reason).data, usage };
    return { type: STREAM, body: sse([chunk(message, null), { data: last }, { data: '[DONE]' }]) };
  },
};

const responses: Api = {
  matches: (path) => path.endsWith('/responses'),
  tools: (body) =>
    objects(field(body, 'tools')).flatMap((tool): Tool[] =>
      tool.type === 'namespace'
        ? objects(tool.tools).map((inner) => ({ name: text(inner.name), namespace: text(tool.name) }))
        : [{ name: text(tool.name) }],
    ),
  results: (body) =>
    objects(field(body, 'input')).flatMap((item) =>
      item.type === 'function_call_output' ? [{ id: text(item.call_id), text: contentText(item.output) }] : [],
    ),
  write: (reply, stream) => {
    const output =
      'text' in reply
        ? [
            {
              ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
              content: [{ type: 'output_text', text: reply.text, annotations: [] }],
            },
          ]
        : reply.calls.map(({ id, name, namespace, args }) => ({
            ...{ type: 'function_call', id: `fc_${id}`, call_id: id, name, status: 'completed' },
            ...(namespace === undefined ? {} : { namespace }),
            arguments: JSON.stringify(args),
          }));
    const response = {
      ...{ id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'scripted', output },
      ...{ parallel_tool_calls: true, tool_choice: 'auto', tools: [], error: null, incomplete_details: null },
      usage: {
        ...{ input_tokens: 1, output_tokens: 1, total_tokens: 2 },
        ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
      },
    };
    if (!stream) return { type: JSON_TYPE, body: JSON.stringify(response) };
    const event = (type: string, rest: object) => ({ event: type, data: { type, ...rest } });
    return {
      type: STREAM,
      body: sse([
        event('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
        ...output.flatMap((item, output_index) => [
          event('response.output_item.added', { output_index, item }),
          event('response.output_item.done', { output_index, item }),
        ]),
        event('response.completed', { response }),
      ]),
    };
  },
};

const messages: Api = {
  matches: (path) => path.endsWith('/messages'),
  tools: (body) => objects(field(body, 'tools')).map((tool) => ({ name: text(tool.name) })),
  results: (body) =>
    objects(field(body, 'messages')).flatMap((message) =>
      objects(message.content).flatMap((block) =>
        block.type === 'tool_result' ? [{ id: text(block.tool_use_id), text: contentText(block.content) }] : [],
      ),
    ),
  write: (reply, stream) => {
    const content =
      'text' in reply
        ? [{ type: 'text', text: reply.text }]
        : reply.calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }));
    const stop_reason = 'text' in reply ? 'end_turn' : 'tool_use';
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const message = {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted' },
      ...{ content, stop_reason, stop_sequence: null, usage },
    };
    if (!stream) return { type: JSON_TYPE, body: JSON.stringify(message) };
    const event = (type: string, rest: object) => ({ event: type, data: { type, ...rest } });
    const blocks = content.flatMap((block, index) => {
      const isText = block.type === 'text';
      const delta =
        'text' in block
          ? { type: 'text_delta', text: block.text }
          : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
      return [
        event('content_block_start', {
          index,
          content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} },
        }),
        event('content_block_delta', { index, delta }),
        event('content_block_stop', { index }),
      ];
    });
    return {
      type: STREAM,
      body: sse([
        event('message_start', { message: { ...message, content: [], stop_reason: null } }),
        ...blocks,
        event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 1 } }),
        event('message_stop', {}),
      ]),
    };
  },
};

const gemini: Api = {
  matches: (path) => /:(?:stream)?generateContent$/i.test(path),
  tools: (body) =>
    objects(field(body, 'tools')).flatMap((tool) =>
      objects(tool.functionDeclarations).map((declared) => ({ name: text(declared.name) })),
    ),
  results: (body) =>
    objects(field(body, 'contents')).flatMap((content) =>
      objects(content.parts).flatMap((part) => {
        const answer = field(part.functionResponse, 'response');
        if (answer === undefined) return [];
        const { output, error } = object.catch({}).parse(answer);
        return [
          { id: text(field(part.functionResponse, 'id')), text: text(output) || text(error) || JSON.stringify(answer) },
        ];
      }),
    ),
  write: (reply, stream) => {
    const parts =
      'text' in reply
        ? [{ text: reply.text }]
        : reply.calls.map(({ id, name, args }) => ({ functionCall: { id, name, args } }));
    const answer = {
      candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
      modelVersion: 'scripted',
    };
    return stream ? { type: STREAM, body: sse([{ data: answer }]) } : { type: JSON_TYPE, body: JSON.stringify(answer) };
  },
};

export const APIS: readonly Api[] = [chat, responses, messages, gemini];
