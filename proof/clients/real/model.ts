import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APIS, type Call, type Tool } from './model-apis.js';

/** A call that the scripted model makes. `$TOKEN` in an argument is the last confirmation token that it was shown. */
export interface Step {
  tool: string;
  args: Record<string, unknown>;
}

export interface Seen {
  /** Names of our tools as the client declared them, of the request that declared most. */
  declared: string[];
  /** What the model got of each step's answer. */
  results: string[];
}

export const LAST_WORDS = 'All steps of the script are done.';
const TOKEN = /confirmation_token[\\"']*:[\\"'\s]*([A-Za-z0-9_.~-]{40,})/g;
/** Of names that a host shows only where the model searches for them. */
const BEHIND_SEARCH = 'mcp__posthog__';
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function find(tools: readonly Tool[], wanted: string): Tool | undefined {
  return tools.find(({ name }) => plain(name).endsWith(plain(wanted)));
}

/** A model on loopback that follows a script, step by step with the results it is handed; it speaks four APIs. */
export async function startModel(steps: readonly Step[]) {
  const seen: Seen = { declared: [], results: [] };
  /** Searches that a host asks for before it shows a tool are no steps of the script. */
  const searches = new Set<string>();

  function reply(tools: readonly Tool[], results: readonly string[]) {
    if (tools.length === 0) return { text: 'No tools were declared.' };
    const ours = tools.filter(({ name }) => /experiment|flag|event|project/.test(name));
    if (ours.length > seen.declared.length) seen.declared = ours.map(({ name }) => name);
    const step = steps[results.length];
    if (!step) return { text: LAST_WORDS };
    const tokens = [...results.join('\n').matchAll(TOKEN)].map(([, token]) => token);
    const args = JSON.parse(JSON.stringify(step.args).replaceAll('$TOKEN', tokens.at(-1) ?? 'NO-TOKEN'));
    const found = find(tools, step.tool);
    const id = `call_${results.length + 1}_${Math.random().toString(36).slice(2, 8)}`;
    const search = tools.find(({ name }) => name === 'ToolSearch');
    if (!found && search && searches.size < 20) {
      searches.add(id);
      return {
        calls: [{ id, name: search.name, args: { query: `select:${BEHIND_SEARCH}${step.tool}` } }] satisfies Call[],
      };
    }
    if (!found && tools.some(({ name }) => name === 'tool_call'))
      return { calls: [{ id, name: 'tool_call', args: { name: `${BEHIND_SEARCH}${step.tool}`, arguments: args } }] };
    return { calls: [{ id, name: found?.name ?? step.tool, namespace: found?.namespace, args }] satisfies Call[] };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'http://model').pathname;
      const raw = Buffer.concat(chunks).toString('utf8');
      const api = APIS.find((one) => one.matches(path));
      if (!api || request.method !== 'POST') {
        response.writeHead(path.endsWith('/models') ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }));
        return;
      }
      const body: unknown = JSON.parse(raw);
      const own = api
        .results(body)
        .filter(({ id }) => !searches.has(id))
        .map(({ text }) => text);
      if (own.length > seen.results.length) seen.results = own;
      const streams = /stream/i.test(path) || Reflect.get(Object(body), 'stream') === true;
      const { type, body: text } = api.write(reply(api.tools(body), own), streams);
      response.writeHead(200, { 'content-type': type });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo = Object(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
