import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { patience, runs } from '../helpers/fuzz.js';
import { experimentRow, flagRow } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';
import { type Argument, act, expectedStatus, type Model, newModel, partsOf } from '../sandbox/lifecycle-model.js';

const REASON = { override_reason: 'The team decided.' };

/** The action of the reference that each tool is to have the effect of, and the arguments of the call. */
const CALLS: Record<string, { action: string; args?: (argument: Argument) => object }> = {
  'experiment-launch': { action: 'launch' },
  'experiment-pause': { action: 'pause' },
  'experiment-resume': { action: 'resume' },
  'experiment-freeze-exposure': { action: 'freeze_exposure' },
  'experiment-unfreeze-exposure': { action: 'unfreeze_exposure' },
  'experiment-reset': { action: 'reset' },
  'experiment-archive': { action: 'archive', args: ({ yes }) => ({ disable_feature_flag: yes }) },
  'experiment-unarchive': { action: 'unarchive' },
  'experiment-end': { action: 'end', args: ({ conclusion }) => (conclusion ? { conclusion, ...REASON } : {}) },
  'experiment-ship-variant': {
    action: 'ship_variant',
    args: ({ variant, yes, conclusion }) => ({
      ...{ variant_key: variant, release_to_everyone: yes, ...REASON },
      ...(conclusion ? { conclusion } : {}),
    }),
  },
};

const command = fc.record({
  tool: fc.constantFrom(...Object.keys(CALLS)),
  target: fc.nat({ max: 2 }),
  argument: fc.record({
    conclusion: fc.constantFrom('won', 'lost', undefined),
    variant: fc.constantFrom('control', 'test', 'blue'),
    yes: fc.boolean(),
  }),
});

/** Most calls need a launched experiment, which chance alone would rarely bring about. */
const launches = fc.subarray([0, 1, 2]).map((targets) =>
  targets.map((target) => ({
    ...{ tool: 'experiment-launch', target },
    argument: { conclusion: undefined, variant: 'test' as const, yes: true },
  })),
);
const sequence = fc
  .tuple(launches, fc.array(command, { minLength: 3, maxLength: 10 }))
  .map(([first, rest]) => [...first, ...rest]);

const variants = ['control', 'test'].map((key) => ({ key, split_percent: 50 }));
/** As the reference begins: three drafts, two of them on one flag. */
const drafts = scenarioSchema.parse({
  experiments: ['shared', 'shared', 'own'].map((feature_flag_key, at) => ({
    ...{ name: `Draft ${at + 1}`, feature_flag_key, variants },
    exposures: { control: 500, test: 500 },
  })),
});

function expectSame(world: World, model: Model, history: string): void {
  for (const index of model.experiments.keys()) {
    const { experiment, flag } = partsOf(model, index);
    const row = experimentRow(world, index + 1);
    const { active, filters } = flagRow(world, index + 1);
    const seen = {
      started: row.start_date !== null,
      ended: row.end_date !== null,
      archived: row.archived,
      conclusion: row.conclusion,
      active,
      control: filters.multivariate?.variants[0]?.rollout_percentage,
      groups: filters.groups.length,
    };
    const { started, ended, archived, conclusion } = experiment;
    expect(seen, history).toEqual({
      ...{ started, ended, archived, conclusion },
      ...{ active: flag.active, control: flag.control, groups: flag.groups },
    });
  }
}

describe('risk 39: any sequence of lifecycle calls', () => {
  it(
    'leaves PostHog where a model of the rules says, and is refused exactly where that refuses',
    async () => {
      await fc.assert(
        fc.asyncProperty(sequence, async (commands) => {
          const world = await openWorld({ scenario: drafts });
          const model = newModel();
          const done: string[] = [];
          try {
            for (const { tool, target, argument } of commands) {
              const { experiment, flag } = partsOf(model, target);
              const { action = '', args = () => ({}) } = CALLS[tool] ?? {};
              const call = { id: target + 1, ...args(argument) };
              const before = JSON.stringify(model);
              const refusal = act(model, action, target, argument);
              const { isError, data, text } = await world.call(tool, call);
              done.push(`${tool} ${JSON.stringify(call)}: ${data.status ?? text.split('\n')[0]}`);
              const history = done.join('\n');
              expectSame(world, model, history);
              const changed = JSON.stringify(model) !== before;
              if (isError) expect(refusal, history).toBeTypeOf('string');
              else if (changed) expect(data.status, history).toBe('applied');
              if (!isError) expect(Object(data.experiment).status, history).toBe(expectedStatus(experiment, flag));
            }
          } finally {
            await world.close();
          }
        }),
        runs(60),
      );
    },
    patience(120_000),
  );
});
