import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patience, runs } from '../helpers/fuzz.js';
import { ACTION_NAMES, type Argument, act, expectedStatus, type Model, newModel, partsOf } from './lifecycle-model.js';
import { at, type Bench, bench, listAt } from './support.js';

const PATCHES: Record<string, object> = {
  reopen: { end_date: null },
  backdate: { end_date: '2026-08-30T00:00:00Z' },
  undraft: { start_date: '2026-08-01T00:00:00Z' },
  redraft: { start_date: null },
  delete: { deleted: true },
  restore: { deleted: false },
};

/** Which requests still see a deleted experiment. */
const SEES_DELETED = ['restore', 'toggle_flag'];

function bodyOf(action: string, { conclusion, variant, yes }: Argument): object | undefined {
  const concluded = conclusion === undefined ? {} : { conclusion };
  if (action === 'ship_variant') return { ...concluded, variant_key: variant, release_to_everyone: yes };
  if (action === 'end') return concluded;
  return action === 'archive' ? { disable_feature_flag: yes } : undefined;
}

interface Command {
  action: string;
  /** Index of the experiment. */
  target: number;
  argument: Argument;
}

function send({ patch, post }: Bench, { action, target, argument }: Command, flag: number) {
  const path = `/experiments/${target + 1}/`;
  if (action === 'toggle_flag') return patch(`/feature_flags/${flag + 1}/`, { active: argument.yes });
  const body = PATCHES[action];
  return body ? patch(path, body) : post(`${path}${action}/`, bodyOf(action, argument));
}

/** Holds what the sandbox shows of an experiment and its flag against the model. */
async function compare({ get }: Bench, model: Model, { target, history }: { target: number; history: string }) {
  const { experiment, flag } = partsOf(model, target);
  const { status, json } = await get(`/experiments/${target + 1}/`);
  expect(status, history).toBe(experiment.deleted ? 404 : 200);
  if (experiment.deleted) return;
  const groups = listAt(json, 'feature_flag', 'filters', 'groups');
  const seen = {
    status: json.status,
    started: json.start_date !== null,
    ended: json.end_date !== null,
    archived: json.archived,
    conclusion: json.conclusion,
    cohort: json.exposure_cohort !== null,
    active: at(json, 'feature_flag', 'active'),
    control: at(json, 'feature_flag', 'filters', 'multivariate', 'variants', 0, 'rollout_percentage'),
    groups: groups.length,
    frozen: groups.every((group) => group.exposure_frozen === true),
  };
  const { started, ended, archived, conclusion, cohort } = experiment;
  const { active, control, groups: count, frozen } = flag;
  const expected = { started, ended, archived, conclusion, cohort, active, control, groups: count, frozen };
  expect(seen, history).toEqual({ status: expectedStatus(experiment, flag), ...expected });
}

async function compareAll(ready: Bench, model: Model, history: string) {
  for (const target of model.experiments.keys()) await compare(ready, model, { target, history });
  const archived = await Promise.all(
    model.flags.map(async (_, index) => (await ready.get(`/feature_flags/${index + 1}/`)).json.archived),
  );
  expect(archived, history).toEqual(model.flags.map((flag) => flag.archived));
}

async function play(ready: Bench, model: Model, { command, history }: { command: Command; history: string }) {
  const { action, target, argument } = command;
  const { experiment } = partsOf(model, target);
  const hidden = experiment.deleted && !SEES_DELETED.includes(action);
  const refusal = hidden ? 'Not found.' : act(model, action, target, argument);
  const reply = await send(ready, command, experiment.flag);
  if (refusal === null) expect(reply.status, `${history}: ${reply.text}`).toBeLessThan(300);
  else {
    expect(reply.json.detail, history).toBe(refusal);
    expect(reply.status, history).toBe(hidden ? 404 : 400);
  }
}

const command: fc.Arbitrary<Command> = fc.record({
  action: fc.constantFrom(...ACTION_NAMES),
  target: fc.nat({ max: 2 }),
  argument: fc.record({
    conclusion: fc.constantFrom('won', 'lost', undefined),
    variant: fc.constantFrom('control', 'test', 'blue'),
    yes: fc.boolean(),
  }),
});

test(
  'risk 39: any sequence of actions leaves the sandbox where the model says, with the words that the model says',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 12 }), async (commands) => {
        const ready = await bench();
        for (const key of ['shared', 'shared', 'own']) await ready.draft({ feature_flag_key: key });
        for (const row of ready.sandbox.store.experiments.values()) row.data.exposures = { control: 5, test: 5 };
        const model = newModel();
        const done: string[] = [];
        for (const next of commands) {
          done.push(`${next.action}(${next.target}, ${JSON.stringify(next.argument)})`);
          const history = done.join(' → ');
          await play(ready, model, { command: next, history });
          await compare(ready, model, { target: next.target, history });
        }
        await compareAll(ready, model, done.join(' → '));
        await ready.sandbox.close();
      }),
      runs(1_000),
    );
  },
  patience(120_000),
);
