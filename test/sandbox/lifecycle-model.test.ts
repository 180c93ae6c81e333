import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patience, runs } from '../helpers/fuzz.js';
import { type Argument, expectedStatus, isShared, type Model, newModel, RULES } from './lifecycle-model.js';
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

async function compare({ get }: Bench, model: Model, history: string): Promise<void> {
  const replies = await Promise.all(
    model.experiments.map(async (experiment, index) => ({ experiment, ...(await get(`/experiments/${index + 1}/`)) })),
  );
  const flags = await Promise.all(model.flags.map((_, index) => get(`/feature_flags/${index + 1}/`)));
  expect(
    flags.map(({ json }) => json.archived),
    history,
  ).toEqual(model.flags.map(({ archived }) => archived));
  for (const { experiment, status, json } of replies) {
    expect(status, history).toBe(experiment.deleted ? 404 : 200);
    const flag = model.flags[experiment.flag];
    if (experiment.deleted || !flag) continue;
    const seen = {
      status: json.status,
      started: json.start_date !== null,
      ended: json.end_date !== null,
      archived: json.archived,
      conclusion: json.conclusion,
      cohort: json.exposure_cohort !== null,
      active: at(json, 'feature_flag', 'active'),
      control: at(json, 'feature_flag', 'filters', 'multivariate', 'variants', 0, 'rollout_percentage'),
      groups: listAt(json, 'feature_flag', 'filters', 'groups').length,
      frozen: listAt(json, 'feature_flag', 'filters', 'groups').every((group) => group.exposure_frozen === true),
    };
    const { started, ended, archived, conclusion, cohort } = experiment;
    const { active, control, groups, frozen } = flag;
    const expected = { started, ended, archived, conclusion, cohort, active, control, groups, frozen };
    expect(seen, history).toEqual({ status: expectedStatus(experiment, flag), ...expected });
  }
}

async function play(ready: Bench, model: Model, { command, history }: { command: Command; history: string }) {
  const experiment = model.experiments[command.target];
  const flag = experiment && model.flags[experiment.flag];
  const rule = RULES[command.action];
  if (!experiment || !flag || !rule) throw new Error(`No such command: ${history}`);
  const hidden = experiment.deleted && !SEES_DELETED.includes(command.action);
  const step = { experiment, flag, shared: isShared(model, experiment), argument: command.argument };
  const refusal = hidden ? 'Not found.' : rule(step);
  const reply = await send(ready, command, experiment.flag);
  if (refusal === null) expect(reply.status, `${history}: ${reply.text}`).toBeLessThan(300);
  else {
    expect(reply.json.detail, history).toBe(refusal);
    expect(reply.status, history).toBe(hidden ? 404 : 400);
  }
}

const command: fc.Arbitrary<Command> = fc.record({
  action: fc.constantFrom(...Object.keys(RULES)),
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
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
        const ready = await bench();
        for (const key of ['shared', 'shared', 'own']) await ready.draft({ feature_flag_key: key });
        for (const row of ready.sandbox.store.experiments.values()) row.data.exposures = { control: 5, test: 5 };
        const model = newModel();
        const done: string[] = [];
        for (const next of commands) {
          done.push(`${next.action}(${next.target}, ${JSON.stringify(next.argument)})`);
          const history = done.join(' → ');
          await play(ready, model, { command: next, history });
          await compare(ready, model, history);
        }
        await ready.sandbox.close();
      }),
      runs(60),
    );
  },
  patience(60_000),
);
