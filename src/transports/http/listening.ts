import type { Server } from 'node:http';

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
