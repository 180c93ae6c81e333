import { ToolError } from '../errors.js';
import type { AttemptFailure, RequestInfo } from './attempt.js';
import type { ProxyServer } from './proxy.js';

/** No tunnel came about, so nothing was sent to PostHog. */
export class ProxyProblem extends Error {
  override readonly name = 'ProxyProblem';
  readonly proxy: ProxyServer;
  /** The proxy's answer to CONNECT, or what kept it from giving one; '' where it took too long. */
  readonly answer: number | string;

  constructor(proxy: ProxyServer, answer: number | string) {
    super('no tunnel through the proxy');
    this.proxy = proxy;
    this.answer = answer;
  }
}

/** A refusal stays one; a proxy that is away or cannot get through may be back in a moment. */
export function proxyFailure({ proxy, answer }: ProxyProblem, { origin }: RequestInfo): AttemptFailure {
  const { host, hostname } = new URL(origin);
  const named = `The proxy ${proxy.origin} (${proxy.from})`;
  const past = `name ${hostname} in NO_PROXY to go past the proxy`;
  const failed = (what: string, hint: string) =>
    new ToolError(
      'proxy_failed',
      `${named} ${what}; nothing was sent to PostHog.`,
      `${hint} Then start this server again.`,
    );
  const final = (error: ToolError): AttemptFailure => ({ failure: { kind: 'final', unreached: true }, error });
  if (answer === 407) {
    const what = proxy.credentials === null ? 'wants credentials (407)' : 'did not accept its credentials (407)';
    const form = proxy.origin.replace('://', '://user:password@');
    return final(failed(what, `Set ${proxy.from} to ${form}, with special characters percent-encoded.`));
  }
  if (typeof answer === 'number' && answer < 500)
    return final(failed(`refused to connect to ${host} (${answer})`, `Have the proxy allow ${host}, or ${past}.`));
  if (typeof answer === 'string' && isCertificate(answer)) {
    const hint = `${certificateRemedy(answer, proxy.from)}, or ${past}.`;
    return final(failed(`has a certificate that was not accepted (${answer})`, hint));
  }
  const what = typeof answer === 'number' ? `could not connect to ${host} (${answer})` : unreached(answer);
  const check = typeof answer === 'number' ? 'Check POSTHOG_HOST and the proxy' : `Check ${proxy.from} and the proxy`;
  return { failure: { kind: 'never_sent' }, error: failed(what, `${check}, or ${past}.`) };
}

export function isCertificate(code: string): boolean {
  return /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_/.test(code);
}

/** What to do about a certificate that was not accepted, without a full stop; `setting` names the address. */
export function certificateRemedy(code: string, setting: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'Have its operator renew it; if it is still valid, set the clock of this machine';
    case 'CERT_NOT_YET_VALID':
      return 'Set the clock of this machine; if it is right, ask its operator for a certificate that is already valid';
    case 'CERT_REVOKED':
      return 'Have its operator replace it';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `Set ${setting} to a name that the certificate was made for`;
    default:
      return 'Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that signed it';
  }
}

function unreached(code: string): string {
  return code === '' ? 'did not answer in time' : `could not be reached (${code})`;
}
