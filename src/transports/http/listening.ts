import { createServer, type RequestListener, type Server } from 'node:http';
import type { HttpLimits } from './limits.js';
import { answerUnparsed } from './unparsed.js';

export function serverWithin(limits: HttpLimits, onRequest: RequestListener): Server {
  const { headersMs, requestMs, checkMs, keepAliveMs, maxConnections } = limits;
  const timeouts = { headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: keepAliveMs };
  // A missing Host is for our guard to answer, as any other wrong one.
  const server = createServer(
    { ...timeouts, connectionsCheckingInterval: checkMs, requireHostHeader: false },
    onRequest,
  );
  server.maxConnections = maxConnections;
  answerUnparsed(server);
  return server;
}

/** Resolves once the server listens; rejects with the system's error where it cannot. */
export function listening(server: Server, { bind, port }: { bind: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: bind, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** `http://127.0.0.1:3333` */
export function urlOf(server: Server, bind: string): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}`;
}
