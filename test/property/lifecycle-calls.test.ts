import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWrite } from '../../proof/faults/asked.js';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { freeze } from '../helpers/furnishings.js';
import { patience, runs } from '../helpers/fuzz.js';
import { rewinder } from '../helpers/rewind.js';
import { experimentRow, flagRow } from '../helpers/state.js';
import { NOW, openWorld, type World } from '../helpers/world.js';
import {
  type Argument,
  act,
  type Experiment,
  expectedStatus,
  type Flag,
  type Model,
  newModel,
  partsOf,
} from '../sandbox/lifecycle-model.js';

const REASON = { override_reason: 'The team decided.' };

interface Stage {
  experiment: Experiment;
  flag: Flag;
  argument: Argument;
  status: string;
}

interface Call {
  /** The action of the reference that the tool is to have the effect of. */
  action: string;
  args?: (argument: Argument) => object;
  /** Whether what is asked for holds already, so that nothing is to be sent, whatever PostHog would say. */
  holds: (stage: Stage) => boolean;
}

const same = ({ experiment, argument }: Stage) =>
  argument.conclusion === undefined || argument.conclusion === experiment.conclusion;
const serves = ({ flag, argument }: Stage) => flag.control === { control: 100, test: 0, blue: null }[argument.variant];

const CALLS: Record<string, Call> = {
  'experiment-launch': {
    action: 'launch',
    // A draft may share its flag with an experiment that was shipped and reset.
    args: () => REASON,
    holds: ({ status }) => ['running', 'exposure_frozen'].includes(status),
  },
  'experiment-pause': { action: 'pause', holds: ({ status }) => status === 'paused' },
  'experiment-resume': { action: 'resume', holds: ({ status }) => ['running', 'exposure_frozen'].includes(status) },
  'experiment-freeze-exposure': { action: 'freeze_exposure', holds: ({ status }) => status === 'exposure_frozen' },
  'experiment-unfreeze-exposure': { action: 'unfreeze_exposure', holds: ({ status }) => status === 'running' },
  'experiment-reset': { action: 'reset', holds: ({ status }) => status === 'draft' },
  'experiment-archive': {
    action: 'archive',
    args: ({ yes }) => ({ disable_feature_flag: yes }),
    holds: ({ experiment, flag, argument }) => experiment.archived && !(argument.yes && flag.active),
  },
  'experiment-unarchive': { action: 'unarchive', holds: ({ experiment }) => !experiment.archived },
  'experiment-end': {
    action: 'end',
    args: ({ conclusion }) => (conclusion ? { conclusion, ...REASON } : {}),
    holds: (stage) => stage.status === 'stopped' && same(stage),
  },
  'experiment-ship-variant': {
    action: 'ship_variant',
    args: ({ variant, yes, conclusion }) => ({
      ...{ variant_key: variant, release_to_everyone: yes, ...REASON },
      ...(conclusion ? { conclusion } : {}),
    }),
    // All groups let in everybody here, so that a release to everyone adds nothing, unless a freeze has narrowed them.
    holds: (stage) => stage.status === 'stopped' && serves(stage) && !stage.flag.frozen && same(stage),
  },
};

/** What an experiment may be when the calls begin; chance alone would rarely bring it about. */
const STARTS: Record<string, { experiment?: Partial<Experiment>; flag?: Partial<Flag> }> = {
  draft: {},
  running: { experiment: { started: true }, flag: { active: true } },
  paused: { experiment: { started: true }, flag: { active: false } },
  frozen: { experiment: { started: true }, flag: { active: true, frozen: true } },
  stopped: { experiment: { started: true, ended: true, conclusion: 'lost' }, flag: { active: true } },
  shipped: { experiment: { started: true, ended: true, conclusion: 'won' }, flag: { active: true, control: 0 } },
  archived: { experiment: { started: true, ended: true, archived: true }, flag: { active: true } },
};
const starts = fc.array(fc.constantFrom(...Object.keys(STARTS)), { minLength: 3, maxLength: 3 });

const command = fc.record({
  // Shipping has the most that it depends on.
  tool: fc.constantFrom(...Object.keys(CALLS), 'experiment-ship-variant', 'experiment-ship-variant'),
  // Two of them share their flag.
  target: fc.nat({ max: 2 }),
  argument: fc.record({
    conclusion: fc.constantFrom('won', 'lost', undefined),
    variant: fc.constantFrom('control', 'test', 'blue'),
    yes: fc.boolean(),
  }),
});

/** Chance seldom meets it: the other experiment on the flag is frozen after this one was shipped. */
const SHIP_AGAIN = {
  ...{ tool: 'experiment-ship-variant', target: 0 },
  argument: { conclusion: undefined, variant: 'test' as const, yes: false },
};

const variants = ['control', 'test'].map((key) => ({ key, split_percent: 50 }));
/** As the reference begins: three drafts, two of them on one flag. */
const drafts = scenarioSchema.parse({
  experiments: ['shared', 'shared', 'own'].map((feature_flag_key, at) => ({
    ...{ name: `Draft ${at + 1}`, feature_flag_key, variants },
    exposures: { control: 500, test: 500 },
  })),
});

/** Makes the drafts of the model and of the sandbox what they are to start as. */
function begin(world: World, names: readonly string[]): Model {
  const model = newModel();
  for (const [index, name] of names.entries()) {
    const { experiment, flag } = partsOf(model, index);
    Object.assign(experiment, STARTS[name]?.experiment);
    Object.assign(flag, STARTS[name]?.flag);
  }
  for (const index of names.keys()) {
    const { experiment, flag } = partsOf(model, index);
    const { started, ended, archived, conclusion } = experiment;
    const [row, stored] = [experimentRow(world, index + 1), flagRow(world, index + 1)];
    const date = NOW.toISOString();
    Object.assign(row, { archived, conclusion, start_date: started ? date : null, end_date: ended ? date : null });
    stored.active = flag.active;
    stored.filters.multivariate?.variants.forEach((variant, at) => {
      variant.rollout_percentage = at === 0 ? flag.control : 100 - flag.control;
    });
    if (flag.frozen && stored.filters.groups.every(({ exposure_frozen }) => !exposure_frozen)) freeze(world, index + 1);
  }
  return model;
}

function expectSame(world: World, model: Model, history: string): void {
  for (const index of model.experiments.keys()) {
    const { experiment, flag } = partsOf(model, index);
    const row = experimentRow(world, index + 1);
    const { active, archived: retired, filters } = flagRow(world, index + 1);
    const seen = {
      started: row.start_date !== null,
      ended: row.end_date !== null,
      archived: row.archived,
      conclusion: row.conclusion,
      flag: {
        ...{ active, archived: retired, control: filters.multivariate?.variants[0]?.rollout_percentage },
        ...{ groups: filters.groups.length, frozen: filters.groups.every((group) => group.exposure_frozen === true) },
      },
    };
    const { started, ended, archived, conclusion } = experiment;
    expect(seen, history).toEqual({ started, ended, archived, conclusion, flag });
  }
}

describe('risk 39: any sequence of lifecycle calls', () => {
  it(
    'leaves PostHog where a model of the rules says, and is refused exactly where that refuses',
    async () => {
      let writes = 0;
      const world = await openWorld({
        scenario: drafts,
        faults: {
          respond: ({ method, path }) => {
            if (isWrite(method, path)) writes += 1;
            return undefined;
          },
        },
      });
      const rewind = rewinder(world);
      const sequences = fc.array(command, { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(starts, sequences, async (names, commands) => {
          rewind();
          const model = begin(world, names);
          const done = [names.join(', ')];
          for (const { tool, target, argument } of commands) {
            const { experiment, flag } = partsOf(model, target);
            const { action = '', args = () => ({}), holds = () => false } = CALLS[tool] ?? {};
            const goal = holds({ experiment, flag, argument, status: expectedStatus(experiment, flag) });
            const refusal = goal ? null : act(model, action, target, argument);
            writes = 0;
            const call = { id: target + 1, ...args(argument) };
            const { isError, data, text } = await world.call(tool, call);
            done.push(`${tool} ${JSON.stringify(call)}: ${data.status ?? text.split('\n')[0]}`);
            const history = done.join('\n');
            expectSame(world, model, history);
            const { code, detail } = Object(data.error);
            // A variant that is not there is seen before anything is sent; all else PostHog refuses in its own words.
            const isOurs = refusal?.startsWith('Variant') ?? false;
            const words = isOurs ? 'invalid_arguments' : refusal;
            expect(isError ? (detail ?? code) : data.status, history).toBe(
              words ?? (goal ? 'already_done' : 'applied'),
            );
            // Why a draft is launched although its flag ships a variant is stored first.
            const most = tool === 'experiment-launch' ? 2 : 1;
            const allowed = goal || isOurs ? [0] : [1, most];
            expect(allowed, history).toContain(writes);
            if (!isError) expect(Object(data.experiment).status, history).toBe(expectedStatus(experiment, flag));
          }
        }),
        { ...runs(1_000), examples: [[['shipped', 'frozen', 'draft'], [SHIP_AGAIN]]] },
      );
    },
    patience(300_000),
  );
});
