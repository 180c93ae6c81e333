import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ToolError } from '../../errors.js';
import type { Route } from '../../posthog/proxy.js';
import type { Check } from './checks.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const READABLE_FILE =
  'Set NODE_EXTRA_CA_CERTS to a readable PEM file with the whole path, in the environment of the start.';

/** Which proxy applies to the host, and by which variable. Pure. */
export function proxyCheck({ proxy, because }: Route, origin: string, failure: ToolError | null): Check {
  if (proxy === null) return { check: 'proxy', status: 'skipped', says: because };
  if (failure?.code === 'proxy_failed')
    return { check: 'proxy', status: 'problem', says: failure.message, remedy: failure.hint };
  return { check: 'proxy', status: 'ok', says: `${because}; tunnels to ${new URL(origin).host}, does not see the key` };
}

/** The authorities that Node was told to trust besides its own. Node itself passes over a file that it cannot use. */
export async function certsCheck(caFile: string | undefined, now: number): Promise<Check> {
  if (caFile === undefined)
    return { check: 'certs', status: 'skipped', says: "Node's own authorities alone (NODE_EXTRA_CA_CERTS is not set)" };
  const warning = (says: string, remedy = READABLE_FILE): Check => ({
    check: 'certs',
    status: 'warning',
    says: `NODE_EXTRA_CA_CERTS: ${caFile} ${says}`,
    remedy,
  });
  const text = await readFile(caFile, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string')
    return warning(`cannot be read (${text.code}), so Node trusts its own authorities alone`);
  const certificates = certificatesIn(text);
  if (certificates === null)
    return warning('holds a certificate that cannot be read, and Node takes none of such a file');
  if (certificates.length === 0) return warning('holds no certificate in PEM form');
  const count = `${certificates.length} certificate${certificates.length === 1 ? '' : 's'}`;
  const expired = certificates.filter(({ validTo }) => Date.parse(validTo) < now).length;
  if (expired > 0)
    return warning(`holds ${count}, ${expired} of them expired`, 'Ask whoever issued the file for renewed ones.');
  return { check: 'certs', status: 'ok', says: `${count} of NODE_EXTRA_CA_CERTS, besides Node's own: ${caFile}` };
}

function certificatesIn(text: string): X509Certificate[] | null {
  try {
    return (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return null;
  }
}
