import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from './hosts.js';
import { LAST_WORDS, type Step, startModel } from './model.js';

const CONFIRMING = [
  'by token',
  'the client refuses the dialog by itself',
  'with `POSTHOG_MCP_SECRET` only, as it starts a server for each call',
  'not reached',
] as const;

/** What was seen of a client. */
export interface Measured {
  client: string;
  version: string;
  /** How many of our tools it declared to the model. */
  tools: number;
  /** With `--toolsets all`. */
  allTools: number;
  /** One of our tools as the model sees it. */
  name: string;
  /** What the model gets of an answer. */
  gets: 'text' | 'data' | 'text and data' | 'nothing';
  /** Whether a read and an error came through, and the client ended by itself. */
  works: boolean;
  /** What became of a live call with nobody there to answer. */
  confirming: (typeof CONFIRMING)[number];
  /** Characters that the model got of a page of 100 experiments with long names. */
  bigList: number;
  /** Whether that tells how many there are and how to get the rest. */
  knowsRest: boolean;
  /** The same of an experiment with 120 metrics. */
  bigExperiment: number;
  problem?: string;
}

const STEPS: readonly Step[] = [
  { tool: 'experiment-assess', args: { id: 4 } },
  { tool: 'experiment-get', args: { id: 999 } },
  { tool: 'experiment-pause', args: { id: 4 } },
  { tool: 'experiment-pause', args: { id: 4, confirmation_token: '$TOKEN' } },
];
const BIG: readonly Step[] = [
  { tool: 'experiment-list', args: { limit: 100, detail: 'full' } },
  { tool: 'experiment-get', args: { id: 1, detail: 'full' } },
];

/** A project of 300 experiments, one of them with 120 metrics. */
const BIG_SCENARIO = {
  events: ['bought'],
  experiments: Array.from({ length: 300 }, (_, at) => ({
    ...{ name: `Experiment ${at} on ${'a long name '.repeat(8)}`, feature_flag_key: `flag-${at}`, started_days_ago: 5 },
    description: 'Why it is run, in some words that a team would write. '.repeat(4),
    metrics: Array.from({ length: at === 0 ? 120 : 1 }, (__, metric) => ({
      name: `Metric ${metric}`,
      metric_type: 'funnel',
    })),
  })),
};

function formOf(result: string): Measured['gets'] {
  const isText = /(^|\n|\\n)recommendation: ship/.test(result);
  const isData = /\\?"recommendation\\?":\s*\\?"ship/.test(result);
  if (isText && isData) return 'text and data';
  return isText ? 'text' : isData ? 'data' : 'nothing';
}

export async function measured(host: Host, main: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  const scenario = join(folder, 'big.json');
  await writeFile(scenario, JSON.stringify(BIG_SCENARIO));
  const play = async (steps: readonly Step[], server: readonly string[]) => {
    const model = await startModel(steps);
    const run = await host.run({ model: model.url, main, server });
    await model.close();
    return { ...model.seen, run };
  };
  try {
    const plain = await play(STEPS, ['--sandbox']);
    const all = await play(STEPS.slice(0, 1), ['--sandbox', '--toolsets', 'all']);
    const big = await play(BIG, ['--sandbox', '--scenario', scenario]);
    const [read = '', error = '', preview = '', done = ''] = plain.results;
    const [list = '', experiment = ''] = big.results;
    const works = formOf(read) !== 'nothing' && /not.found/.test(error);
    const [byToken, refused, alone, unreached] = CONFIRMING;
    const asked = preview.includes('confirmation_required');
    const confirming = /code.{0,4}declined/.test(preview)
      ? refused
      : asked && done.includes('applied')
        ? byToken
        : asked && done.includes('confirmation_required')
          ? alone
          : unreached;
    const ended = plain.run.stdout.includes(LAST_WORDS);
    const said = `${plain.run.stderr}\n${plain.run.stdout}`.trim().split('\n').at(-1) ?? '';
    return {
      ...{ client: host.name, version: host.packages[0]?.split('@').at(-1) ?? '' },
      ...{ tools: plain.declared.length, allTools: all.declared.length },
      name: plain.declared.find((name) => /list$/.test(name)) ?? '',
      ...{ gets: formOf(read), works: works && ended },
      confirming,
      ...{ bigList: list.length, knowsRest: /total\\*"?: ?300/.test(list) && /next_offset/.test(list) },
      bigExperiment: experiment.length,
      ...(works && ended ? {} : { problem: said.slice(0, 200) }),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
