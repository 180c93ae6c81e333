import { createServer } from 'node:http';

/** The host that redirects point to. */
export interface Stranger {
  origin: string;
  /** Requests that arrived since the last look: there may be none. */
  asked(): number;
  close(): Promise<void>;
}

export async function startStranger(): Promise<Stranger> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stranger does not listen on a port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked: () => {
      const since = asked;
      asked = 0;
      return since;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
