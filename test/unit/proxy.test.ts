import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';
import { createRedactor } from '../../src/log.js';
import { routeTo, secretsOf } from '../../src/posthog/proxy.js';

const US = 'https://us.posthog.com';
const PROXY = 'http://proxy.example:3128';

describe('the proxy of the environment', () => {
  it.each([
    ['https_proxy', { https_proxy: PROXY, HTTPS_PROXY: 'http://b', http_proxy: 'http://c', HTTP_PROXY: 'http://d' }],
    ['HTTPS_PROXY', { https_proxy: '', HTTPS_PROXY: PROXY, http_proxy: 'http://c', HTTP_PROXY: 'http://d' }],
    ['http_proxy', { http_proxy: PROXY, HTTP_PROXY: 'http://d' }],
    ['HTTP_PROXY', { HTTP_PROXY: PROXY }],
  ])('is that of %s', (from, env) => {
    expect(routeTo(US, env)).toEqual({
      proxy: { from, origin: PROXY, credentials: null },
      because: `${PROXY}, by ${from}`,
    });
  });

  it.each([
    ['proxy.example:3128', PROXY],
    ['HTTPS://Proxy.Example', 'https://proxy.example'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('may be written as %s', (HTTPS_PROXY, origin) => {
    expect(routeTo(US, { HTTPS_PROXY }).proxy?.origin).toBe(origin);
  });

  it.each(['http://127.0.0.1:8010', 'http://localhost:8010', 'https://localhost', 'http://[::1]:1'])(
    'is not asked for %s, whatever it is',
    (origin) => {
      for (const HTTPS_PROXY of [PROXY, 'socks5://proxy'])
        expect(routeTo(origin, { HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY }).proxy).toBeNull();
    },
  );

  it.each([
    ['*', true],
    ['example.com, *', true],
    ['us.posthog.com', true],
    ['US.PostHog.com', true],
    ['posthog.com', true],
    ['.posthog.com', true],
    ['*.posthog.com', true],
    ['a.example b.example us.posthog.com:443', true],
    ['us.posthog.com:8443', false],
    ['eu.posthog.com', false],
    ['hog.com', false],
    ['s.posthog.com', false],
    ['posthog.com.example', false],
    [' , ', false],
    ['.', false],
    ['', false],
  ])('with NO_PROXY "%s" is gone past: %s', (NO_PROXY, isPast) => {
    expect(routeTo(US, { HTTPS_PROXY: PROXY, NO_PROXY }).proxy === null).toBe(isPast);
  });

  it('is gone past by the lower case of NO_PROXY first, and by the port of the host', () => {
    const env = { HTTPS_PROXY: PROXY, no_proxy: 'hog.example:8443', NO_PROXY: 'us.posthog.com' };
    expect(routeTo(US, env).proxy).not.toBeNull();
    expect(routeTo('https://hog.example:8443', env)).toEqual({
      proxy: null,
      because: 'none; no_proxy excepts hog.example from HTTPS_PROXY',
    });
  });

  it('is not looked at where it is not used', () => {
    expect(routeTo(US, { HTTPS_PROXY: 'socks5://x', NO_PROXY: '*' }).proxy).toBeNull();
  });
});

describe('a proxy that cannot be used', () => {
  it.each([
    ['http://user:hidden@', 'is not the address'],
    ['http://proxy:99999', 'is not the address'],
    ['http://user:hid/den@proxy', 'is not the address'],
    ['socks5://user:hidden@proxy', 'is neither an http nor an https proxy'],
    ['http://proxy/hidden', 'is more than the address'],
    ['http://proxy/?hidden', 'is more than the address'],
    ['http://user:hidden%@proxy', 'has credentials that are not percent-encoded'],
  ])('%s is named in one line that does not repeat it', (HTTPS_PROXY, says) => {
    const env = { HTTPS_PROXY, POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdef' };
    let thrown: unknown;
    try {
      readConfig(['doctor'], env);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    const { posthog, problem } = readConfig([], env);
    expect(posthog).toBeNull();
    expect(String(thrown)).toContain(`HTTPS_PROXY ${says}`);
    expect(String(thrown)).toContain(problem);
    expect(String(thrown)).not.toMatch(/hid|\n/);
    expect(readConfig(['--sandbox'], env).posthog).toBeNull();
  });
});

describe('credentials of a proxy', () => {
  const { proxy } = routeTo(US, { HTTPS_PROXY: 'http://anna:s%40cret-word@proxy.example:3128' });

  it('are decoded, and show themselves to nobody who prints the whole', () => {
    expect(proxy?.credentials?.()).toBe('anna:s@cret-word');
    const config = readConfig([], {
      HTTPS_PROXY: 'http://anna:s%40cret-word@proxy.example:3128',
      POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdef',
    });
    const shown = [proxy, config, config.posthog?.routeTo(US)].map(
      (one) => `${JSON.stringify(one)}${inspect(one, { depth: 9, showHidden: true })}`,
    );
    expect(shown.join()).not.toContain('cret-word');
  });

  it('are redacted as they are, percent-encoded and in the header', () => {
    const redact = createRedactor(secretsOf(proxy));
    const header = Buffer.from('anna:s@cret-word').toString('base64');
    expect(redact(`a s@cret-word b s%40cret-word c Basic ${header}`)).toMatch(
      /^a \[redacted\] b \[redacted\] c Basic \S{0,3}\[redacted\]\S{0,4}$/,
    );
  });
});
