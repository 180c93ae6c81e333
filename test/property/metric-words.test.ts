import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricWire } from '../../src/schema/metric.js';
import { filterText, OPERATORS, parseFilter } from '../../src/schema/metric-filters.js';
import { metricPatch } from '../../src/schema/metric-input.js';
import { toMetricJson } from '../../src/schema/metric-json.js';
import { measures } from '../../src/schema/metric-words.js';
import { plainOrQuoted } from '../../src/schema/quote.js';
import { runs } from '../helpers/fuzz.js';

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((value) => value.trim() === value);
const filter = fc
  .record({
    key: text,
    operator: fc.constantFrom(...OPERATORS),
    type: fc.constantFrom('event', 'person', 'session'),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  })
  .map(({ key, operator, type, values: [first = '', ...more] }) => {
    if (operator === 'exact' || operator === 'is_not') return { key, operator, type, value: [first, ...more] };
    return { key, operator, type, value: /^is_(not_)?set$/.test(operator) ? operator : first };
  });

/** What is compared by size is sent as a number where it is one, so `007` is 7. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && Number.isFinite(Number(value)) ? Number(value) : value;
}

describe('a filter', () => {
  it('that is read in words says the same when it is sent back', () => {
    fc.assert(
      fc.property(filter, (property) => {
        const read = parseFilter(filterText(property));
        expect(typeof read, String(read)).toBe('object');
        const again = JSON.parse(JSON.stringify(Object(read).property));
        expect({ ...again, value: asNumber(again.value) }).toEqual({ ...property, value: asNumber(property.value) });
      }),
      runs(500),
    );
  });

  it('is an answer or a reason for any line, and never more than one line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (line) => {
        const read = parseFilter(line);
        if (typeof read === 'string') expect(read).not.toBe('');
        else expect(filterText(read.property)).not.toMatch(/[\n\r\u2028]/);
      }),
      runs(500),
    );
  });
});

const count = fc.integer({ min: 1, max: 99 });
const unit = fc.constantFrom('second', 'minute', 'hour', 'day', 'week', 'month');
const common = {
  conversion_window: fc.tuple(count, unit).map(([n, name]) => `${n} ${name}${n === 1 ? '' : 's'}`),
  breakdowns: fc.array(
    text.filter((name) => !/^(person|session):/.test(name)),
    { minLength: 1, maxLength: 3 },
  ),
};
const event = text.filter((name) => !name.startsWith('action:'));

const mean = fc.record(
  {
    metric_type: fc.constant('mean'),
    event,
    math: fc.constantFrom('total', 'dau', 'unique_session'),
    caps: fc.integer({ min: 1, max: 99 }).map((upper) => `0-${upper}`),
    threshold: count,
    ...common,
  },
  { requiredKeys: ['metric_type', 'event'] },
);
const retention = fc.record(
  {
    metric_type: fc.constant('retention'),
    event,
    start_event: event,
    start_handling: fc.constantFrom('first_seen', 'last_seen'),
    retention_window: fc.tuple(count, count, unit).map(([from, more, name]) => `${from}-${from + more} ${name}s`),
    ...common,
  },
  { requiredKeys: ['metric_type', 'event', 'start_event', 'retention_window'] },
);

describe('the words of a metric', () => {
  it('hold everything that was set', () => {
    fc.assert(
      fc.property(fc.oneof(mean, retention), (fields) => {
        const patch = metricPatch.parse(fields);
        const words = measures(metricWire.parse(toMetricJson(patch)));
        const parts = [
          plainOrQuoted(fields.event),
          ...(patch.conversion_window ? [`within ${patch.conversion_window} of exposure`] : []),
          ...(patch.breakdowns ?? []).map(plainOrQuoted),
          ...(patch.caps ? [`capped at the ${patch.caps.slice(2)}`] : []),
          ...(patch.threshold === undefined ? [] : [`reach ${patch.threshold}`]),
          ...(patch.start_event ? [plainOrQuoted(patch.start_event)] : []),
          ...(patch.retention_window ? [patch.retention_window.replace('-', '–').replace(/(.*) (.*)/, '$2 $1')] : []),
          ...(patch.start_handling === 'last_seen' ? ['the last start'] : []),
        ];
        for (const part of parts) expect(words).toContain(part);
      }),
      runs(300),
    );
  });
});
