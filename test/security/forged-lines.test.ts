import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/cli/doctor.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { openJournal } from '../../src/journal/journal.js';
import { createRedactor } from '../../src/log.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { DIRECT } from '../../src/posthog/proxy.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { experimentReport, reportPage } from '../../src/ui/report.js';
import { openAltered } from '../helpers/altered-world.js';
import { startAlteringProxy } from '../helpers/altering-proxy.js';
import { FORBIDDEN } from '../helpers/forbidden.js';
import { forgedLines, forgedStrings, MARKER, type Marking, marked } from '../helpers/markers.js';
import { rewinder } from '../helpers/rewind.js';
import { DRAFT, RUNNING, shop } from '../helpers/shop.js';
import { experimentRow } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { type Answer, openWorld, takeBack, type WorldOptions } from '../helpers/world.js';

/** Nearly everything, and then some of everything: a call that fails early shows little. */
const MARKINGS: readonly Marking[] = [
  { seed: 0, share: 100, sparing: true },
  ...[1, 2, 3, 4, 5].map((seed) => ({ seed, share: 40, sparing: true })),
  ...[6, 7].map((seed) => ({ seed, share: 10, sparing: false })),
];

async function openMarking(tool: string, options: WorldOptions = {}) {
  const log: string[] = [];
  const { world, proxies } = await openAltered(tool, { onLog: (line) => log.push(line), ...options });
  const rewind = rewinder(world);
  const mark = (marking: Marking): Set<string> => {
    rewind();
    const put = new Set<string>();
    for (const proxy of proxies)
      proxy.rewrite((json) => {
        const made = marked(json, marking);
        for (const text of made.put) put.add(text);
        return made.json;
      });
    return put;
  };
  return { world, log, mark };
}

function expectNoForgery({ text, data, isError }: Answer, put: ReadonlySet<string>): void {
  if (isError) expect(text.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toContain(MARKER);
  expect(forgedLines(text)).toEqual([]);
  expect(forgedStrings(data, put)).toEqual([]);
  expect(text).not.toMatch(FORBIDDEN);
  expect(JSON.stringify(data)).not.toMatch(FORBIDDEN);
}

describe('risk 23: a text of PostHog that holds a line of its own', () => {
  it.each(CATALOGUE.map(({ name }) => name))(
    'adds no line to what %s answers, nor to the log',
    async (tool) => {
      for (const confirm of ['off', 'token'] as const) {
        const { world, log, mark } = await openMarking(tool, { confirm });
        for (const marking of MARKINGS) {
          const put = mark(marking);
          expectNoForgery(await world.call(tool, VALID_CALLS[tool]), put);
        }
        expect(log.flatMap((line) => forgedLines(line.replace(/\n$/, '')))).toEqual([]);
        await world.close();
      }
    },
    60_000,
  );
});

const ALL: Marking = { seed: 0, share: 100, sparing: true };

/** Every member that an error of PostHog can have; the code is left as it is where it decides what the error is. */
function refusalBody(code: string | undefined): { json: unknown; put: Set<string> } {
  const body = {
    type: 'validation_error',
    detail: "API key missing required scope 'experiment:write'",
    attr: 'metrics__0',
    error: 'error',
    message: 'message',
    change_request_id: 'change',
    resource_type: 'feature_flag',
    resource_id: 'nine',
    required_approvers: { quorum: 2, users: ['ada', { first_name: 'Bob', last_name: 'B' }], roles: ['leads'] },
    current_version: 3,
    conflicting_fields: ['name'],
    conflicting_metric_uuids: ['uuid'],
    guidance: 'Split it.',
  };
  const { json, put } = marked(body, ALL);
  return { json: { ...Object(json), ...(code === undefined ? {} : { code }) }, put };
}

const CODES = [undefined, 'approval_required', 'change_request_pending', 'policy_conflict'];
const STATUSES = [400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 418, 429, 500, 502];
const PARTS: readonly (readonly string[])[] = [
  [],
  ['change_request_id'],
  ['change_request_id', 'current_version', 'detail', 'error', 'message'],
  ['change_request_id', 'current_version', 'conflicting_fields', 'conflicting_metric_uuids', 'attr'],
];

describe('risk 23: an error of PostHog whose every text holds a line of its own', () => {
  it.each(STATUSES)('adds no line to what is said of status %i', async (status) => {
    let body: unknown;
    const world = await openWorld({
      patienceMs: [0],
      faults: {
        respond: ({ method }) =>
          method === 'GET' && !asksToo ? undefined : { status, body: Object(body), headers: { 'retry-after': '900' } },
      },
    });
    let asksToo = false;
    for (const code of CODES) {
      for (const without of PARTS) {
        const { json, put } = refusalBody(code);
        body = Object.fromEntries(Object.entries(Object(json)).filter(([name]) => !without.includes(name)));
        for (const reads of [true, false]) {
          asksToo = reads;
          for (const tool of [
            'experiment-pause',
            'experiment-update',
            'experiment-create',
            'experiments-bulk-update-tags-create',
          ])
            expectNoForgery(await world.call(tool, VALID_CALLS[tool]), put);
        }
      }
    }
  });
});

describe('risk 23: a text of PostHog that holds a line of its own, beside the tools', () => {
  it('adds no line to what completion offers, and is one value on one line', async () => {
    const { world, mark } = await openMarking('experiment-list');
    mark({ seed: 3, share: 60, sparing: true });
    const { values } = (
      await world.client.complete({
        ref: { type: 'ref/prompt', name: 'conclude-experiment' },
        argument: { name: 'experiment', value: '' },
      })
    ).completion;
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value).not.toMatch(/[\r\n\p{Cc}\u2028\u2029]/u);
  });

  it.each(['experiment://2', 'experiment://2/assessment', 'experiment://99'])('adds no line to %s', async (uri) => {
    const { world, mark } = await openMarking('experiment-get');
    mark(ALL);
    const text = await world.client.readResource({ uri }).then(
      ({ contents }) => contents.map((content) => ('text' in content ? content.text : '')).join('\n'),
      (error: Error) => error.message,
    );
    expect(forgedLines(text)).toEqual([]);
  });

  it('adds no line to the page of a report', async () => {
    const { world, mark } = await openMarking('experiment-assess');
    let pages = 0;
    for (const marking of MARKINGS) {
      mark(marking);
      const [read, assessment] = [
        await world.call('experiment-get', { id: RUNNING }),
        await world.call('experiment-assess', { id: RUNNING, detail: 'full' }),
      ];
      if (read.isError || assessment.isError) continue;
      const options = { title: String(read.data.name), style: '', styleHash: '', made: new Date(0), version: '0' };
      expect(forgedLines(reportPage(experimentReport(read.data, assessment.data), options))).toEqual([]);
      pages += 1;
    }
    expect(pages).toBeGreaterThan(0);
  });

  it.each(['whole answers', 'errors'])('adds no line to what doctor says of %s', async (which) => {
    const sandbox = await startSandbox({
      scenario: shop,
      ...(which === 'errors'
        ? {
            faults: {
              respond: ({ path }) =>
                path.includes('@me') ? undefined : { status: 403, body: Object(refusalBody(undefined).json) },
            },
          }
        : {}),
    });
    const proxy = await startAlteringProxy(sandbox.url);
    if (which !== 'errors') proxy.rewrite((json) => marked(json, ALL).json);
    for (const json of [true, false]) {
      const { text } = await examine({
        config: { journal: undefined, readOnly: false, caFile: undefined },
        ...{ json, tryRegions: false, routeTo: () => DIRECT },
        served: selectTools(CATALOGUE, { toolsets: ['all'], readOnly: false }),
        upstream: { origin: proxy.origin, key: sandbox.key, project: 1 },
        redact: createRedactor([sandbox.key]),
        signal: new AbortController().signal,
      });
      expect(forgedLines(text)).toEqual([]);
      expect(text).not.toMatch(FORBIDDEN);
    }
    await proxy.close();
    await sandbox.close();
  });

  it('adds no line to the journal, which holds it as it is all the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forged-'));
    const path = join(folder, 'journal');
    const journal = await openJournal(path, { redact: (text) => text, now: () => new Date(0) });
    const world = await openWorld({ journal });
    const name = `Old\r\n${MARKER}\u2028${MARKER}\u0085${MARKER}\u202E\u{E0041}`;
    experimentRow(world, DRAFT).conclusion_comment = name;
    await world.call('experiment-update', { id: DRAFT, name: 'New' });
    const text = await readFile(path, 'utf8');
    expect(forgedLines(text)).toEqual([]);
    expect(text).not.toMatch(FORBIDDEN);
    const [begun] = text.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
    expect(begun.before.conclusion_comment).toBe(name);
    await rm(folder, { recursive: true });
  });

  it('comes back with an undo as it was', async () => {
    const world = await openWorld();
    const name = `Two\nlines\n${MARKER}`;
    experimentRow(world, DRAFT).name = name;
    const answer = await world.call('experiment-update', { id: DRAFT, name: 'One' });
    expect((await takeBack(world, answer)).isError).toBe(false);
    expect(experimentRow(world, DRAFT).name).toBe(name);
  });
});
