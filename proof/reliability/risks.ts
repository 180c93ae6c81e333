import { ATTACKS } from './attacks.js';
import type { Risk } from './risk.js';

const UPSTREAM: readonly Risk[] = [
  {
    number: 1,
    risk: 'A write arrives, its answer is lost, and a retry does it twice.',
    promise:
      'A write that may have arrived is sent once. Its outcome is then read from the state; where that fails too, the error names the read to do first.',
  },
  {
    number: 2,
    risk: 'PostHog asks for a long wait and is asked again before it is over.',
    promise: 'A wait that does not fit into the call ends it at once, with the seconds in the error.',
  },
  {
    number: 3,
    risk: '`Retry-After` comes as a date, as zero, empty or as nonsense.',
    promise: 'Every form is read as a wait of at least zero or as none; nothing makes the wait endless or negative.',
  },
  {
    number: 4,
    risk: 'Many callers repeat their reads at the same moment.',
    promise:
      'Backoffs are spread by chance over their second half, and waits that PostHog asks for by up to a backoff more.',
  },
  {
    number: 5,
    risk: 'A call goes on after its client has given up.',
    promise: 'One deadline covers all requests, waits and bodies of a call, and closes the socket.',
  },
  {
    number: 6,
    risk: 'PostHog sends headers and then falls silent.',
    promise: 'Silence has its own limit; the next call on the same pool works.',
  },
  {
    number: 7,
    risk: 'A cancelled call keeps its socket or its timer.',
    promise: 'Cancelling reaches the socket, the backoff and the queue at once.',
  },
  {
    number: 8,
    risk: 'An endless answer fills the memory.',
    promise: 'Bodies are cut at a limit, those of errors at 64 KiB, and the socket is closed.',
  },
  {
    number: 9,
    risk: 'A small compressed answer unpacks to gigabytes.',
    promise: 'Compression is not asked for, and refused unpacked where it comes.',
  },
  {
    number: 10,
    risk: 'A proxy answers with a page, half a JSON text or nothing.',
    promise: 'An error says what came instead, with at most 200 characters of it, cleaned.',
  },
  {
    number: 11,
    risk: 'PostHog adds, drops or changes a field.',
    promise: 'Unknown fields are let through and left out; a field that cannot be read is named in the error.',
    limits: 'Played against the sandbox and against answers changed at random, not against the live cloud.',
  },
  {
    number: 12,
    risk: 'PostHog is down, and all callers of a shared process wait for it.',
    promise: 'After 5 failures in a row calls fail at once for 15 seconds; then a single one tries.',
    limits: '`http` only: over stdio one person has one process.',
  },
  {
    number: 13,
    risk: 'Many calls at once use up the sockets.',
    promise: 'A fixed number of sockets; the rest wait their turn, and a closed pool refuses cleanly.',
  },
  {
    number: 14,
    risk: 'A kept connection is closed just as it is used again.',
    promise: 'A read is repeated, a write never.',
  },
];

const BORDERS: readonly Risk[] = [
  {
    number: 15,
    risk: 'An argument climbs out of its place in a path.',
    promise: 'A value becomes exactly one segment of the path, or the call is refused before any request.',
  },
  {
    number: 16,
    risk: 'A line break or an emoji in a key or a client’s name breaks a header.',
    promise: 'Such a key never makes a request, and nothing that a client says of itself is passed on.',
  },
  {
    number: 17,
    risk: 'The key goes to a host that only looks like PostHog.',
    promise: 'One exact https origin; lookalikes, addresses, ports and plain http end the start with one line.',
    limits: 'Your own https host is believed: whether it is PostHog cannot be known.',
  },
  {
    number: 18,
    risk: 'The key follows a redirect.',
    promise: 'Redirects are not followed; the error names where it pointed.',
  },
  {
    number: 19,
    risk: 'The key shows up in an answer, a log, an error or the journal.',
    promise: 'It is taken out by value, in base64 and URL form, by shape and by the name of a field; other text stays.',
    limits: 'Encodings beyond these (hex, encryption, a key cut in two) are not looked for.',
  },
  {
    number: 20,
    risk: 'A raw exception reaches the model, with paths or secrets.',
    promise: 'One place turns errors into answers; an unknown one becomes an id that the log knows.',
  },
  {
    number: 21,
    risk: 'An answer carries fields that nobody asked for, such as emails.',
    promise: 'Only what the output schema names comes out.',
  },
  {
    number: 22,
    risk: 'A misspelt argument is ignored, and the call does something else.',
    promise: 'Unknown arguments are refused by name before any request.',
  },
  {
    number: 23,
    risk: 'A name in PostHog holds orders to the model, or fakes a part of an answer.',
    promise:
      'Texts are stripped of what cannot be seen and stay within their quotes: no text changes the lines around it.',
    limits: 'What a model makes of a visible sentence is not in our hands, and was not measured with one.',
  },
  {
    number: 24,
    risk: 'Data from PostHog changes the description of a tool.',
    promise: 'The list of tools is made before the build and is the same, byte for byte, whatever is read.',
  },
  {
    number: 25,
    risk: 'Something is written in read-only mode.',
    promise: 'Tools that write are not served, whatever else is asked for, and the HTTP client refuses them too.',
  },
  {
    number: 26,
    risk: 'A call acts in the wrong project.',
    promise: 'No argument names the project to act in; every request carries the configured one.',
    limits: '`experiment-copy-to-project` names the project that gets the copy: that is its purpose.',
  },
  {
    number: 27,
    risk: 'A model changes what users see by accident.',
    promise:
      'Live and destructive calls are shown first and act after a yes, or after the same call with a token; hints say what is dangerous.',
    limits: 'A token shows that the preview was read, not that a person read it. `--confirm off` switches this off.',
  },
];

const SERVING: readonly Risk[] = [
  {
    number: 28,
    risk: 'Something other than the protocol is printed to stdout.',
    promise: 'stdout carries frames only; `console.log` of any code ends up on stderr.',
  },
  {
    number: 29,
    risk: 'A process stays behind after its client left, or dies with a stack.',
    promise: 'At the end of input, a signal or a broken pipe it ends cleanly within 2.5 seconds.',
  },
  {
    number: 30,
    risk: 'A broken, huge or deeply nested line on stdin stops the server.',
    promise: 'Every such line gets a JSON-RPC error, and the next call works.',
  },
  {
    number: 31,
    risk: 'A web page calls the server through the browser of its user.',
    promise: 'Host and Origin are checked by name before all else; no CORS headers.',
  },
  {
    number: 32,
    risk: 'A bad HTTP body is answered with a page, a path or a stack.',
    promise: 'Every refusal is a JSON-RPC error without any of these.',
  },
  {
    number: 33,
    risk: 'A session is stolen, or sessions pile up.',
    promise: 'An id opens nothing to another caller; there are 100 at most, and idle ones are closed.',
  },
  {
    number: 34,
    risk: 'Slow or many requests starve the others.',
    promise: 'Time limits for half-sent requests, a rate and a share for each caller.',
    limits: 'Each process counts for itself; replicas share no counters.',
  },
  {
    number: 35,
    risk: 'The server listens to everybody without asking who calls.',
    promise: 'It binds to this machine alone unless callers are known; else it does not start.',
  },
  {
    number: 36,
    risk: 'A token meant for this server is passed on to PostHog.',
    promise: 'With `--auth token` nothing that a caller sends as credentials reaches PostHog.',
    limits:
      '`--auth per-user` does not keep this rule, on purpose: the caller’s PostHog key is what it acts with. See [http.md](../http.md).',
  },
  {
    number: 37,
    risk: 'A name becomes markup or script in the page that draws results.',
    promise: 'Names are set as text, the page fetches nothing, and its policy forbids it to.',
  },
];

const WORK: readonly Risk[] = [
  {
    number: 38,
    risk: 'The statistics are wrong, or say NaN.',
    promise:
      'Checked against published numbers and textbook examples; thin data gives no result rather than a wrong one.',
    limits: 'The sandbox computes with them. With a real PostHog the numbers are PostHog’s own.',
  },
  {
    number: 39,
    risk: 'The sandbox behaves unlike PostHog, so tests prove nothing.',
    promise: 'Random sequences of actions are held against a second, small model of the documented rules and texts.',
    limits: 'Both are written from PostHog’s public sources. Nothing was recorded from the live cloud.',
  },
  {
    number: 40,
    risk: 'A package runs code at install time, or a dependency slips in.',
    promise:
      'Nothing runs when the package is installed from a registry, it has no dependencies, and the lockfile pins and hashes the rest.',
    limits: 'Provenance and signatures come with a registry; nothing is published yet.',
  },
  {
    number: 41,
    risk: 'The contract of a tool changes and nobody notices.',
    promise:
      'Names and levels are typed by hand in a test, the generated list and the tables in the docs are compared with the tools, and whole answers of each are snapshots.',
    limits: 'Tools have no aliases for older names: none has been renamed yet.',
  },
  {
    number: 42,
    risk: 'The tests pass whatever the code does.',
    promise:
      'No test is skipped, focused, left to be written or without a claim, and `npm run mutation` changes the code to see tests fail.',
    limits: 'Mutation runs take long: they are run on demand, not by `npm test`.',
  },
];

export const RISKS: readonly Risk[] = [...UPSTREAM, ...BORDERS, ...SERVING, ...WORK, ...ATTACKS];
