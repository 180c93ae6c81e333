import { type IncomingMessage, request } from 'node:http';

/** What the sandbox answers. */
export interface Truth {
  status: number;
  type: string;
  body: Buffer;
}

/** Sends a request on, over a connection of its own. */
export function answerOf(
  target: string,
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
): Promise<Truth> {
  return new Promise((resolve, reject) => {
    const { authorization = '', 'content-type': type } = headers;
    const passed = { authorization, ...(type === undefined ? {} : { 'content-type': type }) };
    const upstream = request(`${target}${url}`, { method, agent: false, headers: passed }, (answer) => {
      const type = answer.headers['content-type'] ?? '';
      bytesOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, type, body: bytes }), reject);
    });
    upstream.on('error', reject);
    upstream.end(body);
  });
}

export async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
