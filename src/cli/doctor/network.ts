import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ToolError } from '../../errors.js';
import type { Route } from '../../posthog/proxy.js';
import type { Check } from './checks.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Expired certificates that are named. */
const MOST_NAMED = 3;

const NAME_A_FILE =
  'Set NODE_EXTRA_CA_CERTS to the full path of a readable PEM file, in the environment that the server is started in.';
const EXPORT_AGAIN = "Get the authority's certificate again, in PEM form, and put it in place of the broken one.";
const CONVERT =
  'Convert the certificate to PEM, such as with "openssl x509 -inform der -in FILE -out FILE.pem", and name that file.';
const REPLACE =
  'Put the current certificates of these authorities in their place, or take them out; while the host is reached without them, they do no harm.';

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
  const warning = (says: string, remedy: string): Check => ({
    ...{ check: 'certs', status: 'warning', says: `NODE_EXTRA_CA_CERTS: ${caFile} ${says}`, remedy },
  });
  const text = await readFile(caFile, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string')
    return warning(`cannot be read (${text.code}), so Node trusts its own authorities alone`, NAME_A_FILE);
  const certificates = certificatesIn(text);
  if (certificates === null)
    return warning('holds a certificate that cannot be read, and Node takes none of such a file', EXPORT_AGAIN);
  if (certificates.length === 0) return warning('holds no certificate in PEM form', CONVERT);
  const count = `${certificates.length} certificate${certificates.length === 1 ? '' : 's'}`;
  const expired = certificates.filter(({ validTo }) => Date.parse(validTo) < now);
  if (expired.length > 0) {
    const named = expired.slice(0, MOST_NAMED).map(nameOf).join(', ');
    const more = expired.length > MOST_NAMED ? ` and ${expired.length - MOST_NAMED} more` : '';
    return warning(`holds ${count}, ${expired.length} of them expired: ${named}${more}`, REPLACE);
  }
  return { check: 'certs', status: 'ok', says: `${count} of NODE_EXTRA_CA_CERTS, besides Node's own: ${caFile}` };
}

/** The common name, or else the whole subject, on one line. */
function nameOf({ subject, validTo }: X509Certificate): string {
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
  return `${name} (${validTo})`;
}

function certificatesIn(text: string): X509Certificate[] | null {
  try {
    return (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return null;
  }
}
