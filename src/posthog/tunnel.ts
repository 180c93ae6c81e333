import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { ProxyServer } from './proxy.js';
import { ProxyProblem } from './proxy-problem.js';

/**
 * Connects a pool to its https origin through a proxy. In place of undici's ProxyAgent, which connects again without end,
 * deaf to every signal, where a proxy hangs up, and tells refusals apart by its texts alone.
 */
export function tunnelThrough(proxy: ProxyServer, timeoutMs: number): buildConnector.connector {
  const secure = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    openTunnel(proxy, `${options.hostname}:${options.port || 443}`, timeoutMs).then(
      (httpSocket) => secure({ ...options, httpSocket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** Rejects with a ProxyProblem. */
function openTunnel(proxy: ProxyServer, target: string, timeoutMs: number): Promise<Socket> {
  const url = new URL(proxy.origin);
  const request = url.protocol === 'https:' ? overHttps : overHttp;
  const headers = { host: target, connection: 'keep-alive', ...authorizationFor(proxy) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'CONNECT', path: target, headers, agent: false });
    const fail = (answer: number | string) => reject(new ProxyProblem(proxy, answer));
    const patience = setTimeout(() => {
      fail('');
      asked.destroy();
    }, timeoutMs);
    asked.once('close', () => clearTimeout(patience));
    asked.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.name));
    asked.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      clearTimeout(patience);
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      fail(statusCode);
    });
    asked.end();
  });
}

function authorizationFor({ credentials }: ProxyServer): Record<string, string> {
  if (credentials === null) return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials()).toString('base64')}` };
}
