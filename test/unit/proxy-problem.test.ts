import { describe, expect, it } from 'vitest';
import type { RequestInfo } from '../../src/posthog/attempt.js';
import { failureOf } from '../../src/posthog/failures.js';
import type { ProxyServer } from '../../src/posthog/proxy.js';
import { ProxyProblem } from '../../src/posthog/proxy-problem.js';

const INFO: RequestInfo = { method: 'POST', path: '/api/', origin: 'https://my.posthog.dev:8443', isRead: false };
const PROXY: ProxyServer = { from: 'HTTPS_PROXY', origin: 'http://proxy.local:3128', credentials: null };
const NAMED = 'The proxy http://proxy.local:3128 (HTTPS_PROXY)';
const PAST = 'name my.posthog.dev in NO_PROXY to go past the proxy. Then start this server again.';

const TRUST = 'Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that signed it';
/** By what Node objects to, and with the variable of the address left open. */
const CERTIFICATES = [
  ['DEPTH_ZERO_SELF_SIGNED_CERT', TRUST],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', TRUST],
  ['CERT_HAS_EXPIRED', 'Have its operator renew it; if it is still valid, set the clock of this machine'],
  [
    'CERT_NOT_YET_VALID',
    'Set the clock of this machine; if it is right, ask its operator for a certificate that is already valid',
  ],
  ['CERT_REVOKED', 'Have its operator replace it'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Set ADDRESS to a name that the certificate was made for'],
] as const;

function told(answer: number | string, proxy = PROXY) {
  const progress = { sent: false, accepted: false, cancelled: false, expired: false, redact: (text: string) => text };
  const { failure, error } = failureOf(new ProxyProblem(proxy, answer), INFO, progress);
  expect(error.code).toBe('proxy_failed');
  return { failure, message: error.message, hint: error.hint };
}

describe('a proxy that makes no tunnel', () => {
  const final = { kind: 'final', unreached: true };
  const again = { kind: 'never_sent' };

  it.each<[number | string, object, string, string]>([
    [
      403,
      final,
      'refused to connect to my.posthog.dev:8443 (403)',
      `Have the proxy allow my.posthog.dev:8443, or ${PAST}`,
    ],
    [
      499,
      final,
      'refused to connect to my.posthog.dev:8443 (499)',
      `Have the proxy allow my.posthog.dev:8443, or ${PAST}`,
    ],
    [500, again, 'could not connect to my.posthog.dev:8443 (500)', `Check POSTHOG_HOST and the proxy, or ${PAST}`],
    ['', again, 'did not answer in time', `Check HTTPS_PROXY and the proxy, or ${PAST}`],
    ['ECONNREFUSED', again, 'could not be reached (ECONNREFUSED)', `Check HTTPS_PROXY and the proxy, or ${PAST}`],
    ...CERTIFICATES.map(([code, remedy]): [string, object, string, string] => [
      code,
      final,
      `has a certificate that was not accepted (${code})`,
      `${remedy.replace('ADDRESS', 'HTTPS_PROXY')}, or ${PAST}`,
    ]),
  ])('for the reason %j says what to change', (answer, failure, what, hint) => {
    expect(told(answer)).toEqual({ failure, message: `${NAMED} ${what}; nothing was sent to PostHog.`, hint });
  });

  it.each(CERTIFICATES)('is told from a host whose certificate is not accepted (%s)', (code, remedy) => {
    const thrown = Object.assign(new Error('no'), { code });
    const progress = { sent: false, accepted: false, cancelled: false, expired: false, redact: (text: string) => text };
    expect(failureOf(thrown, INFO, progress).error).toMatchObject({
      code: 'connection_failed',
      message: `The certificate of ${INFO.origin} was not accepted (${code}); nothing was sent.`,
      hint: `${remedy.replace('ADDRESS', 'POSTHOG_HOST')}. Then start this server again.`,
    });
  });

  it('tells credentials that are missing from those that are wrong', () => {
    const hint =
      'Set HTTPS_PROXY to http://user:password@proxy.local:3128, with special characters percent-encoded. Then start this server again.';
    const message = (what: string) => `${NAMED} ${what}; nothing was sent to PostHog.`;
    expect(told(407)).toEqual({ failure: final, message: message('wants credentials (407)'), hint });
    const wrong = told(407, { ...PROXY, credentials: () => 'me:secret' });
    expect(wrong).toEqual({ failure: final, message: message('did not accept its credentials (407)'), hint });
  });

  it('has a name and words of its own in a log', () => {
    const problem = new ProxyProblem(PROXY, 407);
    expect(String(problem)).toBe('ProxyProblem: no tunnel through the proxy');
  });
});
