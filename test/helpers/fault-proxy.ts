import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { isWrite } from '../../proof/faults/asked.js';

/**
 * Where an exchange breaks. Names with `applied` and all that concern the answer let the request take effect first;
 * `late_*` keep the client waiting until it has given up.
 */
export const BREAKS = [
  'before_request',
  'inside_request_head',
  'inside_request_body',
  'gateway_error',
  'server_error',
  'never_answered',
  'applied_no_byte',
  'applied_reset',
  'inside_status_line',
  'inside_headers',
  'after_headers',
  'inside_body',
  'last_byte_missing',
  'late_answer',
  'late_applied',
  'garbage',
  'html_page',
  'empty_answer',
  'other_json',
  'applied_gateway_error',
  'applied_server_error',
] as const;
export type Break = (typeof BREAKS)[number];

/** The breaks after which PostHog cannot have acted. */
export const NOT_CARRIED_OUT: readonly Break[] = [
  'before_request',
  'inside_request_head',
  'inside_request_body',
  'gateway_error',
  'server_error',
  'never_answered',
];

/** Those that the client waits for in vain. */
export const LATE: readonly Break[] = ['never_answered', 'late_answer', 'late_applied'];

interface Asked {
  method: string;
  /** Without the query. */
  path: string;
}

/** Something between the server and the sandbox. */
export interface Between {
  origin: string;
  close(): Promise<void>;
}

export interface FaultProxy extends Between {
  /** Breaks the exchange of the `nth` write (from 0), and of no other. */
  breakAt(where: Break, nth?: number): void;
  /** Runs before the sandbox sees that write, whether its exchange is broken or not. */
  meanwhile(act: () => Promise<unknown>): void;
  /** Takes these fields out of the JSON of every write, as a build that does not know them would. Dotted. */
  drop(...fields: string[]): void;
  /** Answers every write with a success that shows the state as it is, and carries none out. */
  ignoreWrites(): void;
  /** Lets no read pass any more once the break has happened. */
  breakReadsToo(): void;
}

interface Plan {
  where: Break | null;
  nth: number;
  seen: number;
  act: (() => Promise<unknown>) | null;
  readsBreak: boolean;
  broken: boolean;
  dropped: readonly string[];
  ignores: boolean;
}

/**
 * A loopback proxy of raw bytes: one exchange after the other on each connection, each on a connection of its own behind.
 * @param oneWay resolves when a request has reached the sandbox, and again when its answer has come back
 */
export async function startFaultProxy(
  target: string,
  oneWay: () => Promise<void> = async () => undefined,
): Promise<FaultProxy> {
  const { port } = new URL(target);
  const plan: Plan = {
    ...{ where: null, nth: 0, seen: 0, act: null },
    ...{ readsBreak: false, broken: false, dropped: [], ignores: false },
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => undefined);
    serve(client, { port: Number(port), plan, oneWay });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    breakAt: (where, nth = 0) => Object.assign(plan, { where, nth, seen: 0 }),
    meanwhile: (act) => Object.assign(plan, { act }),
    drop: (...dropped) => Object.assign(plan, { dropped }),
    ignoreWrites: () => Object.assign(plan, { ignores: true }),
    breakReadsToo: () => Object.assign(plan, { readsBreak: true }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port');
  return address.port;
}

/** Reads on while an exchange waits, so that a client that goes away is noticed. */
function serve(client: Socket, behind: Behind): void {
  let held: Buffer = Buffer.alloc(0);
  let before = Promise.resolve();
  client.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    const length = messageLength(held);
    if (length === null || held.length < length) return;
    const request = held.subarray(0, length);
    held = held.subarray(length);
    before = before.then(() => exchange(client, request, behind)).catch(() => void client.destroy());
  });
}

/** Bytes of the first whole message, head and body; null while its head is not whole. */
function messageLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.subarray(0, end).toString('latin1'))?.[1];
  return end + 4 + Number(length ?? 0);
}

interface Behind {
  port: number;
  plan: Plan;
  oneWay: () => Promise<void>;
}

async function exchange(client: Socket, request: Buffer, { port, plan, oneWay }: Behind): Promise<void> {
  await oneWay();
  const [method = '', target = ''] = request.subarray(0, request.indexOf('\r\n')).toString('latin1').split(' ');
  const asked = { method, path: target.split('?')[0] ?? '' };
  const isHit = isWrite(asked.method, asked.path) && plan.seen++ === plan.nth;
  if (isHit) await plan.act?.();
  if (isHit && plan.where !== null) {
    plan.broken = true;
    return breakOff(plan.where, { client, request: without(request, plan.dropped), port });
  }
  if (plan.broken && plan.readsBreak) {
    client.destroy();
    return;
  }
  if (isWrite(asked.method, asked.path) && plan.ignores) {
    client.write(keptAlive(await ignored(asked, request, port)));
    return;
  }
  const passed = isWrite(asked.method, asked.path) ? without(request, plan.dropped) : request;
  const answer = await answerOf(passed, port);
  await oneWay();
  client.write(keptAlive(answer));
  // What broke off behind breaks off here; another proxy in front waits for the end.
  if (messageLength(answer) !== answer.length || /\r\nconnection: close/i.test(request.toString('latin1')))
    client.end();
}

/** Sends the request over a connection of its own; the whole answer. */
async function answerOf(request: Buffer, port: number): Promise<Buffer> {
  const upstream = connect(port, '127.0.0.1');
  upstream.write(withHeader(request, 'connection: close'));
  const chunks: Buffer[] = [];
  for await (const chunk of upstream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A success: of a DELETE without a body, of all else with the thing that the path names. */
async function ignored({ method, path }: Asked, request: Buffer, port: number): Promise<Buffer> {
  if (method === 'DELETE') return Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
  if (path.endsWith('/bulk_update_tags/'))
    return Buffer.from(whole(200, 'application/json', '{"updated":[],"skipped":[]}'));
  const thing = path.replace(/(\d\/)[a-z_]+\/$/, '$1');
  const head = request.subarray(0, request.indexOf('\r\n\r\n') + 4).toString('latin1');
  const get = head.replace(/^\S+ \S+/, `GET ${thing}`).replace(/\r\ncontent-(length|type): [^\r]*/gi, '');
  return answerOf(Buffer.from(get, 'latin1'), port);
}

function without(request: Buffer, fields: readonly string[]): Buffer {
  const at = request.indexOf('\r\n\r\n') + 4;
  if (fields.length === 0 || at === request.length) return request;
  const body: unknown = JSON.parse(request.subarray(at).toString());
  for (const field of fields) {
    const names = field.split('.');
    const last = names.pop() ?? '';
    Reflect.deleteProperty(Object(names.reduce((value, name) => Object(Reflect.get(value, name)), Object(body))), last);
  }
  const text = Buffer.from(JSON.stringify(body));
  const head = request
    .subarray(0, at)
    .toString('latin1')
    .replace(/content-length: \d+/i, `content-length: ${text.length}`);
  return Buffer.concat([Buffer.from(head, 'latin1'), text]);
}

function withHeader(request: Buffer, header: string): Buffer {
  const text = request.toString('latin1').replace(/\r\nconnection: [^\r]*/i, '');
  return Buffer.from(text.replace('\r\n', `\r\n${header}\r\n`), 'latin1');
}

function keptAlive(answer: Buffer): Buffer {
  return Buffer.from(answer.toString('latin1').replace(/\r\nconnection: close/i, ''), 'latin1');
}

interface Exchange {
  client: Socket;
  request: Buffer;
  port: number;
}

async function breakOff(where: Break, { client, request, port }: Exchange): Promise<void> {
  const say = (answer: string | Buffer) => client.write(answer);
  const cut = (answer: Buffer, at: number) => client.end(answer.subarray(0, at));
  const gone = () => (client.destroyed ? undefined : once(client, 'close'));
  const body = request.indexOf('\r\n\r\n') + 4;
  if (where === 'before_request') return void client.destroy();
  if (where === 'inside_request_head') return partOf(request, Math.floor(body / 2), { client, port });
  if (where === 'inside_request_body')
    return partOf(request, request.length > body ? Math.floor((body + request.length) / 2) : body - 1, {
      client,
      port,
    });
  if (where === 'gateway_error') return void say(page(502));
  if (where === 'server_error') return void say(SERVER_ERROR);
  if (where === 'never_answered') return void (await gone());
  if (where === 'late_applied') await gone();
  const answer = await answerOf(request, port);
  const head = answer.indexOf('\r\n\r\n') + 4;
  switch (where) {
    case 'applied_no_byte':
      return void client.destroy();
    case 'applied_reset':
      return void client.resetAndDestroy();
    case 'inside_status_line':
      return void cut(answer, 7);
    case 'inside_headers':
      return void cut(answer, Math.floor(head / 2));
    case 'after_headers':
      return void cut(answer, head);
    case 'inside_body':
      return void cut(answer, Math.floor((head + answer.length) / 2));
    case 'last_byte_missing':
      return void cut(answer, answer.length - 1);
    case 'late_answer':
      return void (await gone());
    case 'late_applied':
      return;
    case 'garbage':
      return void say(whole(200, 'application/json', '{"id": 1, "name'));
    case 'html_page':
      return void say(page(200));
    case 'empty_answer':
      return void say(whole(200, 'application/json', ''));
    case 'other_json':
      return void say(whole(200, 'application/json', '[true]'));
    case 'applied_gateway_error':
      return void say(page(502));
    case 'applied_server_error':
      return void say(SERVER_ERROR);
  }
}

/** The first bytes of a request, and then nothing more: the sandbox sees a connection that broke. */
async function partOf(request: Buffer, bytes: number, { client, port }: Omit<Exchange, 'request'>): Promise<void> {
  const upstream = connect(port, '127.0.0.1');
  await once(upstream, 'connect');
  await new Promise((resolve) => upstream.write(request.subarray(0, bytes), resolve));
  upstream.destroy();
  client.destroy();
}

const SERVER_ERROR = whole(
  500,
  'application/json',
  '{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}',
);

function page(status: number): string {
  return whole(status, 'text/html', '<html><body><h1>Bad gateway</h1></body></html>');
}

function whole(status: number, type: string, body: string): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
