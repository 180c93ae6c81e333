import fc from 'fast-check';
import { anyJunkValue, anyText } from './fuzz.js';

const methods = fc.constantFrom(
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'prompts/get',
  'resources/read',
  'completion/complete',
  'logging/setLevel',
  'notifications/initialized',
  'notifications/cancelled',
  'server/discover',
  'nope',
);
const ids = fc.oneof(fc.nat(), fc.integer(), fc.string(), fc.constantFrom<unknown[]>(null, true, 1.5, {}, []));

const message = fc.record(
  {
    jsonrpc: fc.constantFrom<unknown[]>('2.0', '2.0', '2.0', '1.0', 2, null),
    id: ids,
    method: fc.oneof({ weight: 6, arbitrary: methods }, { weight: 1, arbitrary: anyJunkValue }),
    params: fc.oneof(
      anyJunkValue,
      fc.record({ name: fc.constantFrom('toy-echo', 'experiment-get', 'x'), arguments: anyJunkValue }),
      fc.dictionary(fc.constantFrom('name', 'arguments', 'uri', 'cursor', '_meta', 'requestId', 'ref'), anyJunkValue),
    ),
    result: anyJunkValue,
    error: anyJunkValue,
  },
  { requiredKeys: ['jsonrpc', 'method'] },
);

const written = fc
  .oneof(message, fc.array(message, { maxLength: 5 }), anyJunkValue)
  .map((value) => JSON.stringify(value));
const cut = fc.tuple(written, fc.nat({ max: 200 })).map(([text, length]) => text.slice(0, length));
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '[{"a":['), fc.constantFrom(100, 10_000, 200_000))
  .map(([part, times]) => part.repeat(times));
const huge = fc.constantFrom(100_000, 3_000_000).map((size) => `{"jsonrpc":"2.0","id":"${'x'.repeat(size)}"`);

const asBytes = (text: fc.Arbitrary<string>) => text.map((value) => Buffer.from(value));

/** What somebody could send in place of a message: without line breaks, these are the frame's. */
export const anyFrame: fc.Arbitrary<Buffer> = fc
  .oneof(
    { weight: 8, arbitrary: asBytes(written) },
    { weight: 2, arbitrary: asBytes(cut) },
    { weight: 2, arbitrary: asBytes(anyText) },
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: asBytes(deep) },
    { weight: 1, arbitrary: asBytes(huge) },
  )
  .map((bytes) => bytes.filter((byte) => byte !== 0x0a))
  .map((bytes) => Buffer.from(bytes));
