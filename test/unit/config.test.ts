import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';

const KEY = 'phx_canary0123456789';
const ENV = { POSTHOG_PERSONAL_API_KEY: KEY };

/** Why nothing can be done: thrown, or for `stdio`, which a client starts, kept for its answers. */
function refusalOf(argv: readonly string[], env: Record<string, string>): string {
  try {
    return readConfig(argv, env).problem ?? 'not refused';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('readConfig', () => {
  it('serves stdio on the US cloud with the current project by default', () => {
    const config = readConfig([], ENV);
    expect(config).toMatchObject({
      command: { name: 'stdio' },
      sandbox: false,
      scenario: 'demo',
      readOnly: false,
      toolsets: undefined,
      tools: undefined,
      confirm: 'auto',
      logLevel: 'info',
      posthog: { origin: 'https://us.posthog.com', project: '@current' },
    });
    expect(config.posthog?.key.reveal()).toBe(KEY);
  });

  it.each<[string[], object]>([
    [['sandbox'], { name: 'sandbox', port: 0 }],
    [['sandbox', '--port', '8080'], { name: 'sandbox', port: 8080 }],
    [['demo', '--fast'], { name: 'demo', fast: true }],
    [['tools', '--json'], { name: 'tools', json: true }],
    [['doctor', '--json', '--sandbox'], { name: 'doctor', json: true, tryRegions: false, contract: false }],
    [['--help'], { name: 'help' }],
    [['demo', '-h'], { name: 'help' }],
    [['--version'], { name: 'version' }],
    [['--sandbox'], { name: 'stdio' }],
    [['call', 'experiment-list', '--sandbox'], { name: 'call', tool: 'experiment-list', json: undefined }],
    [['call', 'experiment-get', '{"id": 7}', '--sandbox'], { name: 'call', tool: 'experiment-get', json: '{"id": 7}' }],
    [['report', '7', '--out', 'a.html', '--sandbox'], { name: 'report', about: { id: 7 }, out: 'a.html' }],
    [['report', '--all', '--sandbox'], { name: 'report', about: 'all', out: undefined }],
  ])('understands %j and needs no key for it', (argv, command) => {
    const config = readConfig(argv, {});
    expect(config.command).toEqual(command);
    expect(config.posthog).toBeNull();
  });

  it('reads every setting from the environment', () => {
    const config = readConfig([], {
      ...ENV,
      POSTHOG_HOST: 'https://eu.posthog.com',
      POSTHOG_PROJECT_ID: '42',
      POSTHOG_SANDBOX_SCENARIO: 'empty',
      POSTHOG_MCP_READ_ONLY: 'true',
      POSTHOG_MCP_TOOLSETS: 'experiments, lifecycle',
      POSTHOG_MCP_TOOLS: 'event-search,',
      POSTHOG_MCP_CONFIRM: 'token',
      POSTHOG_MCP_JOURNAL: 'writes.jsonl',
      POSTHOG_MCP_STORE: 'rediss://server:p%40ss%2Fword@redis.example.com/2',
      POSTHOG_MCP_MAX_LIVE_WRITES: '20/hour',
      POSTHOG_MCP_ONLY_EXPERIMENTS: '12, 15',
      POSTHOG_MCP_SECRET: 'correct horse battery staple, and more',
      POSTHOG_MCP_LOG_LEVEL: 'debug',
    });
    expect(config.secret?.reveal()).toBe('correct horse battery staple, and more');
    expect(config.store?.password?.reveal()).toBe('p@ss/word');
    expect(config).toMatchObject({
      store: { host: 'redis.example.com', port: 6379, tls: true, username: 'server', db: 2 },
      maxLivePerHour: 20,
      only: { ids: [12, 15] },
      scenario: 'empty',
      readOnly: true,
      toolsets: ['experiments', 'lifecycle'],
      tools: ['event-search'],
      confirm: 'token',
      journal: 'writes.jsonl',
      logLevel: 'debug',
      posthog: { origin: 'https://eu.posthog.com', project: 42 },
    });
  });

  it('lets a flag win over its variable', () => {
    const flags = '--sandbox --scenario a.json --read-only --toolsets all --tools x --confirm off --journal a';
    const argv = `${flags} --max-live-writes 0/hour --only-experiments tag:Agent --log-level error`;
    const config = readConfig(argv.split(' '), {
      POSTHOG_SANDBOX: '0',
      POSTHOG_SANDBOX_SCENARIO: 'empty',
      POSTHOG_MCP_READ_ONLY: '0',
      POSTHOG_MCP_TOOLSETS: 'results',
      POSTHOG_MCP_TOOLS: 'y',
      POSTHOG_MCP_CONFIRM: 'token',
      POSTHOG_MCP_JOURNAL: 'b',
      POSTHOG_MCP_MAX_LIVE_WRITES: '5/hour',
      POSTHOG_MCP_ONLY_EXPERIMENTS: '7',
      POSTHOG_MCP_LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      sandbox: true,
      scenario: 'a.json',
      readOnly: true,
      toolsets: ['all'],
      tools: ['x'],
      confirm: 'off',
      journal: 'a',
      maxLivePerHour: 0,
      only: { tag: 'agent' },
      logLevel: 'error',
    });
  });

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['', false],
  ])('takes POSTHOG_MCP_READ_ONLY=%j as %j', (value, expected) => {
    expect(readConfig([], { ...ENV, POSTHOG_MCP_READ_ONLY: value }).readOnly).toBe(expected);
  });

  it('takes an empty variable as unset', () => {
    const blank = { POSTHOG_HOST: '', POSTHOG_PROJECT_ID: '', POSTHOG_MCP_TOOLSETS: '', POSTHOG_MCP_CONFIRM: '' };
    expect(inspect(readConfig([], { ...ENV, ...blank }))).toBe(inspect(readConfig([], ENV)));
  });

  it("takes a form's field that Claude Desktop left unfilled as unset", () => {
    const variables = ['POSTHOG_HOST', 'POSTHOG_PROJECT_ID', 'POSTHOG_MCP_READ_ONLY', 'POSTHOG_MCP_TOOLSETS'];
    const unfilled = Object.fromEntries(variables.map((name) => [name, `\${user_config.${name.toLowerCase()}}`]));
    expect(inspect(readConfig([], { ...ENV, ...unfilled }))).toBe(inspect(readConfig([], ENV)));
    expect(readConfig([], { POSTHOG_PERSONAL_API_KEY: '$' + '{user_config.api_key}' }).problem).toMatch(/is not set/);
  });

  it.each(['$' + '{POSTHOG_HOST}', 'https://$' + '{user_config.host}', '$' + '{user_config.host}/'])(
    'does not guess what the host %s was to be',
    (host) => {
      expect(readConfig([], { ...ENV, POSTHOG_HOST: host })).toMatchObject({
        posthog: null,
        problem: expect.any(String),
      });
    },
  );

  it('gives help and plays the demo whatever the environment holds', () => {
    for (const args of [['--help'], ['--version'], ['demo']])
      expect(() => readConfig(args, { POSTHOG_MCP_CONFIRM: 'nonsense' }), args[0]).not.toThrow();
  });

  it.each(['demo', 'sandbox', 'tools'])('says nothing of variables that the command %s has no use for', (command) => {
    const env = { POSTHOG_SANDBOX_SCENARIO: 'empty', POSTHOG_MCP_READ_ONLY: '1', POSTHOG_MCP_TOOLS: 'x' };
    expect(readConfig([command], env).command.name).toBe(command);
  });

  it('knows where the names of tools came from', () => {
    expect(readConfig(['--tools', 'x'], { ...ENV, POSTHOG_MCP_TOOLS: 'y' }).toolsFrom).toBe('--tools');
    expect(readConfig([], { ...ENV, POSTHOG_MCP_TOOLS: 'y' }).toolsFrom).toBe('POSTHOG_MCP_TOOLS');
  });

  it('does not look at the real PostHog in the sandbox', () => {
    const config = readConfig(['--sandbox'], { POSTHOG_HOST: 'https://us.i.posthog.com', POSTHOG_PROJECT_ID: 'x' });
    expect(config.posthog).toBeNull();
  });

  it('shows the key to nobody who does not ask for it', () => {
    const config = readConfig([], ENV);
    const shown = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.posthog?.key}`];
    for (const text of shown) {
      expect(text).not.toContain('canary');
      expect(text).toContain('[redacted]');
    }
  });

  it('cannot be changed afterwards', () => {
    const config = readConfig(['--toolsets', 'results'], ENV);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.posthog)).toBe(true);
    expect(Object.isFrozen(config.toolsets)).toBe(true);
  });

  it('has no limits, no secret and asks by default', () => {
    const { maxLivePerHour, only, secret, confirm } = readConfig([], ENV);
    expect({ maxLivePerHour, only, secret, confirm }).toEqual({ confirm: 'auto' });
  });

  it('shows the secret of confirmations and the password of the store to nobody who does not ask for it', () => {
    const config = readConfig([], {
      ...ENV,
      POSTHOG_MCP_SECRET: 'staple-canary-battery-staple-canary',
      POSTHOG_MCP_STORE: 'redis://:canary@redis.example.com',
    });
    const shown = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.secret}`];
    for (const text of shown) expect(text).not.toContain('canary');
  });

  const wrong: [string[], Record<string, string>, RegExp][] = [
    [['call', 'experiment-list'], {}, /^POSTHOG_PERSONAL_API_KEY is not set/],
    [[], { POSTHOG_PERSONAL_API_KEY: 'phc_0123456789abc' }, /project key/],
    [[], { POSTHOG_PERSONAL_API_KEY: 'phx_0123 456789ab' }, /spaces/],
    [[], { ...ENV, POSTHOG_HOST: 'us.posthog.com' }, /^POSTHOG_HOST: .*https:\/\//],
    [[], { ...ENV, POSTHOG_HOST: 'http://posthog.example.org' }, /plain http/],
    ...['0', '-1', '1.5', '1e3', 'abc', '@Current', '01', '9007199254740993'].map(
      (id): [string[], Record<string, string>, RegExp] => [
        [],
        { ...ENV, POSTHOG_PROJECT_ID: id },
        /^POSTHOG_PROJECT_ID must be a positive whole number or @current/,
      ],
    ),
    [[], { ...ENV, POSTHOG_MCP_READ_ONLY: 'yes' }, /^POSTHOG_MCP_READ_ONLY must be 1, true, 0 or false/],
    [[], { POSTHOG_SANDBOX: 'on' }, /^POSTHOG_SANDBOX must be/],
    [[], { ...ENV, POSTHOG_MCP_TOOLSETS: 'experiment' }, /^POSTHOG_MCP_TOOLSETS names "experiment"; .*lifecycle.*all/],
    [['--toolsets', 'a b'], ENV, /^--toolsets names an unknown toolset/],
    [['--toolsets', ','], ENV, /^--toolsets must name at least one/],
    [['--toolsets='], ENV, /^--toolsets needs a value/],
    [['--scenario=', '--sandbox'], ENV, /^--scenario needs a value/],
    [['--confirm', 'yes'], ENV, /^--confirm must be one of auto, token, off/],
    [[], { ...ENV, POSTHOG_MCP_CONFIRM: 'on' }, /^POSTHOG_MCP_CONFIRM must be one of/],
    [['--answers', 'json'], ENV, /^--answers must be one of both, text, data/],
    [['--log-level', 'trace'], ENV, /^--log-level must be one of debug, info, warn, error, silent/],
    ...[
      '20',
      '20/day',
      '-1/hour',
      '1.5/hour',
      '/hour',
      '20 / hour',
      '1e3/hour',
      '1234567/hour',
      'x/hour',
      '20/HOUR',
    ].map((value): [string[], Record<string, string>, RegExp] => [
      [],
      { ...ENV, POSTHOG_MCP_MAX_LIVE_WRITES: value },
      /^POSTHOG_MCP_MAX_LIVE_WRITES must be a number an hour, such as 20\/hour/,
    ]),
    [['--max-live-writes', '20'], ENV, /^--max-live-writes must be a number an hour/],
    [['--max-live-writes='], ENV, /^--max-live-writes needs a value/],
    ...[
      'x',
      '0',
      '12,-1',
      '1.5',
      '12;15',
      '12,x',
      'tag:',
      'tag: ',
      'tag:\u0085',
      'tag:agent\u001f',
      'Tag:x',
      'tag',
      '1e3',
      '0x10',
      '9007199254740993',
      `tag:${'x'.repeat(256)}`,
    ].map((value): [string[], Record<string, string>, RegExp] => [
      ['--only-experiments', value],
      ENV,
      /^--only-experiments must be ids of experiments, such as 12,15, or a tag, such as tag:agent/,
    ]),
    [[], { ...ENV, POSTHOG_MCP_ONLY_EXPERIMENTS: ',' }, /^POSTHOG_MCP_ONLY_EXPERIMENTS must name at least one/],
    [[], { ...ENV, POSTHOG_MCP_SECRET: '  ' }, /^POSTHOG_MCP_SECRET is blank/],
    [[], { ...ENV, POSTHOG_MCP_SECRET: 's'.repeat(31) }, /^POSTHOG_MCP_SECRET must have at least 32 characters/],
    [['sandbox', '--max-live-writes', '1/hour'], ENV, /^--max-live-writes .*; the command "sandbox" ignores it/],
    [['tools', '--only-experiments', '1'], ENV, /^--only-experiments .*; the command "tools" ignores it/],
    [['--frobnicate'], ENV, /--frobnicate.*--help/],
    [['--read-only=maybe'], ENV, /--read-only.*--help/],
    [['--scenario'], ENV, /--scenario.*--help/],
    [['--scenario', '--sandbox'], ENV, /--scenario.*--help/],
    [['serve'], ENV, /^Unknown command "serve"\. Commands: http, sandbox, demo, doctor, tools, call/],
    [[KEY], ENV, /^Unknown command\. Commands/],
    [['sandbox', 'extra'], ENV, /takes no arguments/],
    [['sandbox', '--port', 'x'], ENV, /^--port must be a number from 0 to 65535/],
    [['sandbox', '--port', '65536'], ENV, /^--port must be/],
    [['--port', '1'], ENV, /^--port belongs to the command "http", the command "sandbox"; the server ignores it\.$/],
    [['tools', '--fast'], ENV, /^--fast belongs to the command "demo"; the command "tools" ignores it\.$/],
    [['demo', '--json'], ENV, /^--json belongs to the command "tools"/],
    [['demo', '--read-only'], ENV, /^--read-only belongs to the server, .*; the command "demo" ignores it\.$/],
    [['demo', '--scenario', 'empty'], ENV, /^--scenario .*; the command "demo" ignores it/],
    [['tools', '--scenario', 'empty'], ENV, /^--scenario .*; the command "tools" ignores it/],
    [['sandbox', '--toolsets', 'all'], ENV, /^--toolsets .*; the command "sandbox" ignores it/],
    [['sandbox', '--tools', 'x'], ENV, /^--tools .*; the command "sandbox" ignores it/],
    [['tools', '--journal', 'x'], ENV, /^--journal .*; the command "tools" ignores it/],
    [['--journal='], ENV, /^--journal needs a value/],
    [['tools', '--store', 'redis://127.0.0.1'], ENV, /^--store .*; the command "tools" ignores it/],
    ...[
      ...['127.0.0.1:6379', 'http://127.0.0.1', 'redis:///var/run/redis.sock', 'redis://', 'redis://h:99999'],
      ...['redis://h/one', 'redis://h/1/2', 'redis://h?db=1', 'redis://h#1', 'redis://:100%@h', 'redis://:a/b@h'],
    ].map((url): [string[], object, RegExp] => [['--store', url], ENV, /^--store must be redis:\/\/HOST:PORT or/]),
    [['doctor', '--scenario', 'empty'], ENV, /^--scenario needs --sandbox/],
    [['doctor'], {}, /^POSTHOG_PERSONAL_API_KEY is not set/],
    [['doctor', 'x'], ENV, /^The command "doctor" takes no arguments/],
    [['demo', '--confirm', 'off'], ENV, /^--confirm .*; the command "demo" ignores it/],
    [['call', 'experiment-list', '--scenario', 'a.json'], {}, /^--scenario needs --sandbox/],
    [['--scenario', 'empty'], ENV, /^--scenario needs --sandbox/],
    [['report'], ENV, /^The command "report" takes the id of one experiment/],
    [['report', 'x'], ENV, /^The command "report" takes/],
    [['report', '7', '8'], ENV, /^The command "report" takes/],
    [['report', '7', '--all'], ENV, /^The command "report" takes/],
    [['report', '7', '--out', ''], ENV, /^--out needs a file/],
    [['call', 'a', '--out', 'b'], ENV, /^--out belongs to the command "report"/],
    [['report', '7'], {}, /^POSTHOG_PERSONAL_API_KEY is not set/],
    [['call'], ENV, /^The command "call" takes a tool/],
    [['call', 'a', '{}', 'b'], ENV, /^The command "call" takes a tool/],
  ];

  it.each(wrong)('refuses %j with %j in one line', (argv, env, why) => {
    const refusal = refusalOf(argv, env);
    expect(refusal).toMatch(why);
    expect(refusal).not.toMatch(/\n|canary|0123/);
  });

  it.each([{}, { POSTHOG_PERSONAL_API_KEY: 'phx_0123 456789ab' }, { ...ENV, POSTHOG_HOST: 'us.posthog.com' }])(
    'lets stdio alone start without PostHog, with %j',
    (env) => {
      expect(readConfig([], env)).toMatchObject({ posthog: null, problem: expect.stringMatching(/^POSTHOG_/) });
      for (const argv of [['http'], ['doctor'], ['call', 'experiment-list'], ['report', '7']])
        expect(() => readConfig(argv, env)).toThrow(ConfigError);
    },
  );
});

describe('a blank secret', () => {
  it.each([
    ['POSTHOG_MCP_SECRET', ['--sandbox']],
    ['POSTHOG_MCP_HTTP_TOKENS', ['http', '--sandbox', '--auth', 'token']],
  ])('is refused under its own name: %s', (variable, argv) => {
    expect(() => readConfig(argv, { [variable]: '  ' })).toThrow(`${variable} is blank`);
  });
});
