import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { parseKey } from '../../src/posthog/key.js';
import { parseHost } from '../../src/posthog/origin.js';

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseHost', () => {
  it.each([
    ['https://us.posthog.com', 'https://us.posthog.com'],
    ['https://eu.posthog.com/', 'https://eu.posthog.com'],
    ['https://US.PostHog.com:443', 'https://us.posthog.com'],
    ['https://posthog.example.org', 'https://posthog.example.org'],
    ['https://analytics.internal:8443/', 'https://analytics.internal:8443'],
    ...[
      ...['posthog.example.com', 'posthog.mycompany.io', 'us.posthog.mycompany.io', 'my-posthog.mycompany.co.uk'],
      ...['posthog.mycompany.com.au', 'posthog.fly.dev', 'posthog', 'posthog.internal', 'eu.posthog.corp:8443'],
      ...['posthog.svc.cluster.local', 'hog.example.com', 'post.hog.com', 'hosting.co', 'posthog.hedgehog-labs.io'],
    ].map((host): [string, string] => [`https://${host}`, `https://${host}`]),
    ['http://localhost:8000', 'http://localhost:8000'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['http://2130706433:3000', 'http://127.0.0.1:3000'],
  ])('accepts %s', (value, origin) => {
    expect(parseHost(value)).toBe(origin);
  });

  it.each<[string, RegExp]>([
    ['us.posthog.com', /https:\/\/ in front/],
    ['localhost:8000', /https:\/\/ in front/],
    ['', /https:\/\/ in front/],
    ['https://us.i.posthog.com', /only takes in events.*Set POSTHOG_HOST to https:\/\/us\.posthog\.com,/],
    ['https://eu.i.posthog.com', /only takes in events.*Set POSTHOG_HOST to https:\/\/eu\.posthog\.com,/],
    ['https://app.posthog.com', /us\.posthog\.com or https:\/\/eu\.posthog\.com/],
    ['https://posthog.com', /does not serve the API/],
    ['https://www.posthog.com', /does not serve the API/],
    ['https://evil-us.posthog.com', /does not serve the API/],
    ['https://us.posthog.com.evil.example', /looks like PostHog Cloud/],
    ['https://us-posthog.com', /looks like PostHog Cloud/],
    ...[
      ...[
        'notposthog.com',
        'eu-posthog.com',
        'us.posthog-cloud.com',
        'us_posthog.com',
        'posthogapp.com',
        'post-hog.com',
      ],
      ...['us.posthog.co', 'EU.POSTHOG.IO', 'posthog.cm', 'us.posthog.co.uk', 'posthog.app', 'us.posthog.co:8443'],
      ...['us.posthgo.com', 'us.posthg.com', 'us.posthogg.com', 'us.posthoq.com', 'us-posthgo.net', 'p0sthog.com'],
      ...['us.p05th0g.com', 'us-posthog-com.evil.example', 'us.posthogcom.evil.example', 'p0sthog.com.evil.example'],
      ...['posthog.com.internal', 'us.posthog.com.co'],
    ].map((host): [string, RegExp] => [`https://${host}`, /looks like PostHog Cloud/]),
    ['https://us.posthog.com@evil.example', /user name/],
    ['https://user:secret@us.posthog.com', /user name/],
    ['https://@us.posthog.com', /user name/],
    ['https://us.posthog.com.', /dot/],
    ['https://posthog.example.org.', /dot/],
    ['https://us.posthog.com:8443', /port/],
    ['http://us.posthog.com', /plain http/],
    ['http://posthog.example.org', /plain http/],
    ['http://localhost.evil.example', /plain http/],
    ['http://127.0.0.1.evil.example', /plain http/],
    ['http://0.0.0.0:3000', /plain http/],
    ['https://93.184.216.34', /IP address/],
    ['https://169.254.169.254', /IP address/],
    ['https://[2001:db8::1]', /IP address/],
    ['https://us.pоsthog.com', /outside ASCII/],
    ['https://us.xn--psthog-kof.com', /international/],
    ['https://us.posthog.com/project/1', /more than an origin/],
    ['https://us.posthog.com?x=1', /more than an origin/],
    ['https://us.posthog.com?', /more than an origin/],
    ['https://us.posthog.com#x', /more than an origin/],
    ['https://us.posthog.com\\.evil.example', /more than an origin/],
    ['https://us.posthog.com ', /spaces/],
    ['https://us.posthog.com\n.evil.example', /spaces/],
    ['https://$' + '{POSTHOG_HOST}', /no host name/],
    ["https://ph'.example.org", /no host name/],
    ['ftp://us.posthog.com', /neither http nor https/],
    ['file:///etc/passwd', /neither http nor https/],
    ['https://', /not a URL/],
    ['https://us posthog.com', /spaces/],
  ])('risk 17: refuses %j and says why and what to set in one line', (value, why) => {
    const message = problemOf(() => parseHost(value));
    expect(message).toMatch(why);
    expect(message).toMatch(/^POSTHOG_HOST: .*Set POSTHOG_HOST to https:/);
    expect(message).not.toMatch(/\n|secret/);
  });
});

describe('parseKey', () => {
  const US = 'https://us.posthog.com';

  it('accepts personal keys and OAuth tokens, and keys of the sandbox on loopback', () => {
    expect(parseKey('phx_abcDEF123456', US)).toBe('phx_abcDEF123456');
    expect(parseKey('pha_abcDEF123-_6', US)).toBe('pha_abcDEF123-_6');
    expect(parseKey('phx_sandbox_full_access', 'http://127.0.0.1:3000')).toBe('phx_sandbox_full_access');
  });

  it.each<[string | undefined, RegExp]>([
    [
      undefined,
      /is not set\. Create a personal API key at https:\/\/us\.posthog\.com\/settings\/user-api-keys.*--sandbox/,
    ],
    ['', /is not set/],
    ['phc_abcdef123456', /project key.*personal API key \(phx_…\) is needed/],
    ['phs_abcdef123456', /secret key.*personal API key \(phx_…\) is needed/],
    ['phx_abc def123456', /spaces/],
    ['phx_abcdef123456\n', /starts or ends with spaces or a line break; remove them\.$/],
    ['  phx_abcdef123456', /starts or ends with spaces or a line break; remove them\.$/],
    ['phx_abcdef\u0000123456', /control characters/],
    ['phx_abcdef🦔123456', /outside ASCII/],
    ['"phx_abcdef123456"', /not a whole personal API key/],
    ['phx_…', /outside ASCII/],
    ['phx_...', /not a whole personal API key/],
    ['phx_', /not a whole personal API key/],
    [`\${user_config.key}`, /not a whole personal API key/],
    ['phx_sandbox_full_access', /key of the sandbox/],
  ])('refuses %j in one line without repeating it', (value, why) => {
    const message = problemOf(() => parseKey(value, US));
    expect(message).toMatch(why);
    expect(message).toMatch(/^POSTHOG_PERSONAL_API_KEY /);
    expect(message).not.toMatch(/\n|abc|full_access/);
  });

  it.each([undefined, 'phc_abcdef123456'])('points to the key that the sandbox printed, on loopback: %j', (value) => {
    const message = problemOf(() => parseKey(value, 'http://127.0.0.1:8787'));
    expect(message).toContain('Set it to the key that the sandbox printed when it started');
    expect(message).not.toContain('settings/user-api-keys');
  });
});
