import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../helpers/free-port.js';
import { accepts } from './accepts.js';

const SITE = 'docs/deploy/nginx.conf';
/** Debian keeps it out of the path of ordinary users. */
const PATH = `${process.env.PATH}:/usr/sbin`;

/** The name of the example. */
export const HOST = 'mcp.example.com';

export interface Nginx {
  /** Port on loopback. */
  port: number;
  /** The certificate that it shows, which signs itself. */
  ca: string;
  /** Port of the replica that took each request to /mcp so far. */
  taken(): Promise<number[]>;
  stop(): Promise<void>;
}

/** Runs nginx with the example of the docs, in which only addresses and files are others, before two replicas. */
export async function startNginx(replicas: readonly [number, number]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-nginx-'));
  const certificate = await makeCertificate(folder);
  const port = await freePort();
  const site = replaceAll(await readFile(SITE, 'utf8'), {
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    'server 127.0.0.1:3333': `server 127.0.0.1:${replicas[0]}`,
    'server 127.0.0.1:3334': `server 127.0.0.1:${replicas[1]}`,
    '/etc/nginx/tls/mcp.example.com.pem': certificate.cert,
    '/etc/nginx/tls/mcp.example.com.key': certificate.key,
  });
  await writeFile(join(folder, 'site.conf'), site);
  await writeFile(join(folder, 'nginx.conf'), main(folder));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const child = spawn('nginx', args, { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'exit');
  await Promise.race([
    accepts(port),
    ended.then(async () => {
      throw new Error(`nginx ended: ${complaints}${await readFile(join(folder, 'error.log'), 'utf8')}`);
    }),
  ]);
  return {
    port,
    ca: await readFile(certificate.cert, 'utf8'),
    taken: async () => {
      // The line is written once the answer is out.
      await delay(100);
      const lines = (await readFile(join(folder, 'access.log'), 'utf8')).split('\n');
      return lines.flatMap((line) => {
        const [uri, upstream] = line.split(' ');
        return uri === '/mcp' ? [Number(upstream?.split(':').at(-1))] : [];
      });
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function main(folder: string): string {
  const isRoot = process.getuid?.() === 0;
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
${isRoot ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
worker_processes 2;
events { worker_connections 256; }
http {
  log_format taken '$uri $upstream_addr $status';
  access_log ${folder}/access.log taken;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  include ${folder}/site.conf;
}
`;
}

function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`${SITE} no longer holds ${from}`);
    return all.replaceAll(from, to);
  }, text);
}

async function makeCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const about = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`, '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', [...request, ...about]);
  return { cert, key };
}
