/**
 * The fixtures of the conformance suite behind the product's own HTTP front: `fixture-server.ts [--sessions]`. Prints one
 * JSON line with its address and ends with SIGTERM.
 */
import { createLog } from '../../src/log.js';
import { serveHttp } from '../../src/transports/http/server.js';
import { createFixtureServer } from './fixtures.js';

const server = await serveHttp({
  bind: '127.0.0.1',
  port: 0,
  allowHosts: [],
  allowOrigins: [],
  auth: { kind: 'none' },
  sessions: process.argv.includes('--sessions'),
  perSecond: null,
  createServer: createFixtureServer,
  roleOf: () => undefined,
  readiness: () => ({ ready: true }),
  metrics: async () => ({ type: 'text/plain', text: '' }),
  log: createLog({ level: 'warn', redact: (words) => words }),
});
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
