import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';

/** A name that no resolver knows. */
export const NAME = 'posthog.test';

const openssl = (args: readonly string[]) => promisify(execFile)('openssl', args);

/** An authority of its own with one certificate for `NAME`, made anew for each run. */
export async function makeAuthority() {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  const at = (name: string) => join(folder, name);
  const fresh = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await openssl([...fresh, '-subj', '/CN=Test authority', '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', `subjectAltName=DNS:${NAME}`];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', at('key.pem'), '-out', at('cert.pem')];
  await openssl([...fresh, '-subj', `/CN=${NAME}`, ...signed, ...leaf]);
  // For a process that is to find the name without a proxy.
  await writeFile(
    at('resolve.mjs'),
    `import dns from 'node:dns';
const real = dns.lookup;
dns.lookup = (name, options, done) =>
  name === '${NAME}' ? done(null, [{ address: '127.0.0.1', family: 4 }]) : real(name, options, done);\n`,
  );
  return {
    caFile: at('ca.pem'),
    resolver: at('resolve.mjs'),
    key: await readFile(at('key.pem')),
    cert: await readFile(at('cert.pem')),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function joinUp(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => undefined);
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
  one.pipe(other).pipe(one);
}

export interface Behind {
  port: number;
  /** What it knows the caller by, in place of the key that is sent: real hosts are not given the sandbox's. */
  swap: { sent: string; known: string };
}

/** TLS before a plain server. A connection on which `breaksAt` comes along is broken once the server has answered it. */
export async function startTerminator({ port, swap }: Behind, { key, cert }: { key: Buffer; cert: Buffer }) {
  const plan: { breaksAt: RegExp | null; broken: number } = { breaksAt: null, broken: 0 };
  const server = createTlsServer({ key, cert }, (client) => {
    const behind = connect(port, '127.0.0.1');
    for (const socket of [client, behind]) socket.on('error', () => undefined);
    client.on('close', () => behind.destroy());
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (plan.breaksAt?.test(text)) {
        behind.unpipe(client);
        plan.broken += 1;
        behind.once('data', () => client.destroy()).resume();
      }
      behind.write(Buffer.from(text.replace(swap.sent, swap.known), 'latin1'));
    });
    behind.pipe(client);
  });
  return { port: await listen(server), plan, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** A proxy that tunnels to `port`, whatever is asked for, and writes down what it saw. */
export async function startTunnel(port: number) {
  const seen: { target: string; authorization: string | undefined }[] = [];
  const bytes: Buffer[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '', headers }, client: Socket) => {
    seen.push({ target: url, authorization: headers['proxy-authorization'] });
    const behind = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.on('data', (chunk: Buffer) => bytes.push(chunk));
      joinUp(client, behind);
    });
  });
  const proxyPort = await listen(server);
  return {
    origin: `http://127.0.0.1:${proxyPort}`,
    seen,
    /** Everything that came through the tunnels, as the proxy sees it. */
    text: () => Buffer.concat(bytes).toString('latin1'),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
