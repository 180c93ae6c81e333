import type { Risk } from './risk.js';

/** What an attacker, or a client that answers by itself, tries. */
export const ATTACKS: readonly Risk[] = [
  {
    number: 43,
    risk: 'A client accepts a dialog by itself, so nobody was asked.',
    promise:
      'An acceptance that arrives within a second of the question is no consent, measured when it arrives, however slow PostHog is; the token way is offered.',
    limits: 'A client that waits a second before it accepts by itself cannot be told from a person.',
  },
  {
    number: 44,
    risk: 'A user refuses, and the model goes on with another token or the same question.',
    promise:
      'A refusal, fast or slow, ends the question and every token issued for the call before, and says how to decide where a policy refused.',
  },
  {
    number: 45,
    risk: 'Two processes apply one confirmation.',
    promise:
      'A token is bound to what every write to the experiment or its flag moves; with `--store`, it is also marked as used for all.',
    limits: 'Without a store, a PostHog that went back in time would let it work again.',
  },
  {
    number: 46,
    risk: 'A client starts a process for every call, so it can never confirm.',
    promise:
      'Tokens are signed with a key derived from the PostHog key and its origin, so every process with the same key accepts them.',
  },
  {
    number: 47,
    risk: 'A long name pushes what matters out of the dialog.',
    promise:
      'The first three lines hold action, level, project, what users get, the worst warning and the undo; names are cut inside their quotes, other experiments counted.',
  },
  {
    number: 48,
    risk: 'A change of a flag is shown as no change.',
    promise:
      'The filters of a flag are compared whole: every key that differs is named, and nothing is called unchanged where anything differs.',
  },
  {
    number: 49,
    risk: 'A change of a launched flag needs a switch that the model sets by itself.',
    promise: 'The change is previewed without PostHog’s switch, and sent with it once it is confirmed.',
  },
  {
    number: 50,
    risk: 'A call ships without evidence by another name: a split of 1 to 99, a forced group, one payload for all.',
    promise:
      'A ship is judged by what users get: one variant to 95% or more of those inside, however the flag says it.',
    limits: 'Where kinds of users mix, a rule of docs/safety.md decides, and errs towards asking for a reason.',
  },
  {
    number: 51,
    risk: 'A tag that limits the server is given through the server, in another spelling.',
    promise: 'Tags are normalised as Python does it, as PostHog does, and control characters are refused.',
  },
  {
    number: 52,
    risk: 'An experiment outside the limit is reached through a shared flag or holdout.',
    promise: 'Every experiment on a flag counts, whatever its state; a holdout without experiments is not deleted.',
    limits: 'Deleted experiments cannot be seen through the API.',
  },
  {
    number: 53,
    risk: 'Requests with one id leak their places until the server is deaf.',
    promise: 'A place is given back whatever ids a client makes up, and a request whose id is in work is refused.',
  },
  {
    number: 54,
    risk: 'A client opens streams and never reads them.',
    promise:
      'Bytes that nobody reads are bounded for each answer, each caller and in all, and in time; then the connection is closed.',
  },
  {
    number: 55,
    risk: 'Bodies that are never finished hold all places.',
    promise: 'A request takes a place once its body is there; bodies that are coming in are bounded in bytes.',
    limits: 'Idle connections of one address are for the proxy to limit.',
  },
  {
    number: 56,
    risk: 'A caller narrows a session, and the server serves everything.',
    promise: '`X-MCP-Toolsets` and `X-MCP-Read-Only` count for each request, within what the session was opened for.',
  },
  {
    number: 57,
    risk: 'A caller’s PostHog key stays in memory with its session.',
    promise: 'Sessions and streams keep nothing of keys but digests.',
  },
  {
    number: 58,
    risk: 'One secret is listed for two callers with different roles.',
    promise: 'The start ends with 2, without showing the secret; a changed file is not taken.',
  },
  {
    number: 59,
    risk: 'A client looks for an OAuth server and waits for ever.',
    promise: 'Unknown paths are 404 before authentication.',
  },
  {
    number: 60,
    risk: 'Malformed requests are answered by Node, in no form that a client reads.',
    promise: 'Every refusal is JSON-RPC, those that Node would write included.',
  },
  {
    number: 61,
    risk: 'A Host that only looks like an allowed one passes.',
    promise: 'Host and Origin are compared as they were sent, and a request with several is refused.',
  },
  {
    number: 62,
    risk: 'Several replicas count limits each for itself.',
    promise:
      'With `--store`, tokens, live writes, rates and the breaker are shared. With the store down, reads go on and live writes are refused with the reason.',
    limits: 'Without a store, each process counts for itself. TLS to the store is not tested.',
  },
  {
    number: 63,
    risk: 'Honest callers are locked out while others attack.',
    promise:
      'Ten honest callers get right answers while every attack above runs at once, and SIGTERM still ends the server with 0.',
  },
];
