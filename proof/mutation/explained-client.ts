import type { Explained } from './explanation.js';

const ASKED = 'undici’s own handlers have all of these; the types alone allow them to be missing.';
const TIDY =
  'Takes a listener or a timer away that would do nothing any more; the fault matrix counts what is left behind.';
const EQUAL = 'Differs only in the very millisecond in which a call ends.';
const CLOCK = 'The clock of the machine beside PostHog’s is what doctor tells, whose own tests look at it.';
const TYPE = 'A default that only the types ask for.';
const EXACT = 'A text of exactly the longest length, with its last letter or with an ellipsis for it.';

/** Of the client of PostHog. */
export const CLIENT: readonly Explained[] = [
  { file: 'src/posthog/pool.ts', code: 'handler.onRequestStart?.(controller, context)', because: ASKED },
  { file: 'src/posthog/pool.ts', code: 'handler.onRequestUpgrade?.(...args)', because: ASKED },
  { file: 'src/posthog/pool.ts', code: 'handler.onResponseStart?.(...args)', because: ASKED },
  { file: 'src/posthog/pool.ts', code: 'handler.onResponseData?.(...args)', because: ASKED },
  { file: 'src/posthog/pool.ts', code: 'handler.onResponseEnd?.(...args)', because: ASKED },
  { file: 'src/posthog/pool.ts', code: 'handler.onResponseError?.(...args)', because: ASKED },
  {
    file: 'src/posthog/pool.ts',
    code: '(...args) => handler.onRequestUpgrade?.(...args)',
    because: 'Nothing here upgrades a connection; the handler is passed on whole.',
  },
  {
    file: 'src/posthog/pool.ts',
    code: '{ timeout: limits.connectMs }',
    because:
      'A connection that is never made ends with the deadline of the call as well; the fault matrix tells the two apart.',
  },
  {
    file: 'src/posthog/pool.ts',
    code: '{ signal: waiting.signal }',
    because: 'Ends a timer early that would end by itself; the tests of a process that has to exit in time notice it.',
  },
  {
    file: 'src/posthog/pool.ts',
    code: '!controller.aborted',
    because: 'A request that is aborted before it starts has its own error, which is looked at first.',
  },
  { file: 'src/posthog/exchange.ts', code: '{ once: true }', because: TIDY },
  { file: 'src/posthog/exchange.ts', code: "'abort'", because: TIDY },
  { file: 'src/posthog/exchange.ts', code: 'true', within: '{ once: true }', because: TIDY },
  { file: 'src/posthog/guard.ts', code: '{ once: true }', because: TIDY },
  { file: 'src/posthog/guard.ts', code: "'abort'", because: TIDY },
  { file: 'src/posthog/guard.ts', code: 'true', within: '{ once: true }', because: TIDY },
  { file: 'src/posthog/exchange.ts', code: "() => signal.removeEventListener('abort', stop)", because: TIDY },
  {
    file: 'src/posthog/exchange.ts',
    code: '() => reject(signal.reason)',
    because:
      'undici rejects as well once the request has a socket; the call that waits for one is tried with a full pool in test/fault/cancelling.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'lane.active === 0 && lane.closedUntil <= now()',
    because:
      'Forgets a key that nobody uses, so that many keys do not fill the memory; a key that is asked for again gets a new lane.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'lane.closedUntil <= now()',
    because:
      'Forgets a key that nobody uses, so that many keys do not fill the memory; a key that is asked for again gets a new lane.',
  },
  { file: 'src/posthog/guard.ts', code: 'now() + left >= endsAt', because: EQUAL },
  {
    file: 'src/posthog/guard.ts',
    code: 'now() + asked >= attempt.endsAt',
    instead: 'now() + asked > attempt.endsAt',
    because: EQUAL,
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'asked > 0 && now() + asked >= attempt.endsAt',
    because: 'Refuses sooner what is refused after the turn as well: the same wait is looked at again there.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'asked > 0',
    because: 'Refuses sooner what is refused after the turn as well: the same wait is looked at again there.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'now() + asked',
    because: 'Refuses sooner what is refused after the turn as well: the same wait is looked at again there.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: 'outcome.failure.status !== 429',
    because: 'Other answers name no wait, or none that is kept for the key.',
  },
  {
    file: 'src/posthog/guard.ts',
    code: "outcome.failure.kind !== 'status'",
    because: 'Only an answer has a wait; of the others the field is not there.',
  },
  { file: 'src/posthog/exchange.ts', code: "headerOf(answer.headers, 'date') ?? ''", because: CLOCK },
  { file: 'src/posthog/exchange.ts', code: "'date'", because: CLOCK },
  { file: 'src/posthog/exchange.ts', code: "''", within: "'date'", because: CLOCK },
  {
    file: 'src/posthog/exchange.ts',
    code: 'status === 429',
    instead: 'true',
    because: 'The words of a wait stand in no other answer.',
  },
  {
    file: 'src/posthog/exchange.ts',
    code: 'retryAfterMs !== null',
    instead: 'true',
    because: 'A field that is NaN is left out of the answer like one that is missing.',
  },
  {
    file: 'src/posthog/exchange.ts',
    code: 'answer.statusCode < 200',
    because: 'undici keeps answers below 200 to itself.',
  },
  { file: 'src/posthog/proxy.ts', code: 'proxy?.credentials?.()', because: TYPE },
  { file: 'src/posthog/proxy.ts', code: 'proxy?.credentials', because: TYPE },
  { file: 'src/posthog/proxy.ts', code: "''", within: "proxy?.credentials?.() ?? ''", because: TYPE },
  { file: 'src/posthog/proxy.ts', code: "''", within: "[, name = ''", because: TYPE },
  { file: 'src/posthog/proxy.ts', code: '[]', within: '.exec(entry.toLowerCase())', because: TYPE },
  {
    file: 'src/posthog/proxy.ts',
    code: '/[,\\s]+/',
    because: 'Between two separators stands an empty name, which excepts nothing.',
  },
  {
    file: 'src/posthog/proxy.ts',
    code: "name === ''",
    instead: 'false',
    because: 'An empty name excepts only what ends with a dot, which no host of a configuration does.',
  },
  {
    file: 'src/posthog/proxy.ts',
    code: "''",
    within: "name === ''",
    because: 'An empty name excepts only what ends with a dot, which no host of a configuration does.',
  },
  {
    file: 'src/posthog/origin.ts',
    code: '/^\\[|\\]$/g',
    because: 'A bracket stands only at the ends of a host name that is an address.',
  },
  {
    file: 'src/posthog/origin.ts',
    code: '/^[a-z0-9._-]+$|^\\[[0-9a-f:.]+\\]$/',
    because: 'A URL with brackets elsewhere in its host is not parsed at all.',
  },
  {
    file: 'src/posthog/origin.ts',
    code: '/^127\\.\\d+\\.\\d+\\.\\d+$/',
    instead: '/127\\.\\d+\\.\\d+\\.\\d+$/',
    because: 'A host that ends with a number is an IPv4 address to URL, or none at all.',
  },
  {
    file: 'src/posthog/origin.ts',
    code: '/^[a-z][a-z0-9+.-]*:\\/\\//i',
    because: 'What has no scheme at its start is no URL, and is refused for that by the next line.',
  },
  {
    file: 'src/posthog/client.ts',
    code: '{ method, path, error }',
    because: 'For the log alone; test/unit/log holds what a log may hold.',
  },
  {
    file: 'src/posthog/client.ts',
    code: "''",
    within: 'user-agent',
    because: 'Without a version nothing follows the name in the user agent, which only older tests leave out.',
  },
  {
    file: 'src/posthog/client.ts',
    code: 'version === undefined',
    because: 'As above: the process always gives its version.',
  },
  {
    file: 'src/posthog/client.ts',
    code: 'request.body === undefined',
    instead: 'false',
    because: 'JSON.stringify of nothing is nothing.',
  },
  {
    file: 'src/posthog/client.ts',
    code: '{ signal: call.signal }',
    because: 'A pause between two tries; the deadline ends the call after it as well.',
  },
  { file: 'src/posthog/body.ts', code: "'UnreadableBody'", because: 'A name for stack traces.' },
  { file: 'src/posthog/body.ts', code: "' '", because: 'Blanks are made one and trimmed by the lines after it.' },
  { file: 'src/posthog/body.ts', code: 'plain.length > EXCERPT_LENGTH', because: EXACT },
  { file: 'src/posthog/error-body.ts', code: 'words.length > MAX_DETAIL', because: EXACT },
  {
    file: 'src/posthog/tunnel.ts',
    code: '{ timeout: timeoutMs }',
    because: 'The secure connection through a tunnel ends with the deadline of the call as well.',
  },
  { file: 'src/posthog/tunnel.ts', code: "'close'", because: TIDY },
  { file: 'src/posthog/tunnel.ts', code: '() => clearTimeout(patience)', because: TIDY },
  {
    file: 'src/posthog/tunnel.ts',
    code: 'statusCode >= 200',
    instead: 'true',
    because: 'Node gives no CONNECT answer below 200.',
  },
  {
    file: 'src/posthog/tunnel.ts',
    code: "url.protocol === 'https:'",
    because: 'No test has a proxy that itself speaks TLS; only how its address is read is tested.',
  },
  {
    file: 'src/posthog/tunnel.ts',
    code: "'https:'",
    because: 'No test has a proxy that itself speaks TLS; only how its address is read is tested.',
  },
  { file: 'src/posthog/subject.ts', code: "''", because: TYPE },
  { file: 'src/posthog/subject.ts', code: '[]', because: TYPE },
  { file: 'src/posthog/retry.ts', code: "''", because: TYPE },
  { file: 'src/posthog/page.ts', code: "''", because: TYPE },
  { file: 'src/posthog/path.ts', code: "''", because: TYPE },
];
