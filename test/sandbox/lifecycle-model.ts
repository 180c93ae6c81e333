/** The reference: what an experiment and its flag are to the outside, and nothing of how they are stored. */
export interface Model {
  experiments: Experiment[];
  flags: Flag[];
}

export type Experiment = ReturnType<typeof blank>;
export type Flag = ReturnType<typeof off>;

export interface Argument {
  conclusion: 'won' | 'lost' | undefined;
  variant: 'control' | 'test' | 'blue';
  yes: boolean;
}

interface Step {
  experiment: Experiment;
  flag: Flag;
  /** Whether another experiment that is live uses the flag. */
  shared: boolean;
  argument: Argument;
}

/** What has to hold, and PostHog's words where it does not. */
type Need = readonly [holds: (step: Step) => boolean, refusal: string];
type Effect = (step: Step) => { experiment?: Partial<Experiment>; flag?: Partial<Flag> };

const launched: Need = [(s) => s.experiment.started, 'Experiment has not been launched yet.'];
const ongoing: Need[] = [launched, [(s) => !s.experiment.ended, 'Experiment has already ended.']];
const draft = { started: false, ended: false, archived: false, conclusion: null };
const frozen: Need = [(s) => s.flag.active && s.flag.frozen, 'Experiment exposure is not frozen.'];
const retires = ({ flag, shared, argument: { yes } }: Step) => !shared && !flag.archived && (yes || !flag.active);
const shipped = ({ flag, argument: { variant, yes } }: Step) => ({
  ...{ frozen: false, control: variant === 'control' ? 100 : 0 },
  groups: flag.groups + Number(yes),
});

/** Every action: what it asks for, in PostHog's order, and what it changes. */
const ACTIONS: Record<string, readonly [needs: readonly Need[], effect: Effect]> = {
  launch: [
    [[(s) => !s.experiment.started, 'Experiment has already been launched.']],
    () => ({ experiment: { started: true }, flag: { active: true } }),
  ],
  pause: [[...ongoing, [(s) => s.flag.active, 'Experiment is already paused.']], () => ({ flag: { active: false } })],
  resume: [[...ongoing, [(s) => !s.flag.active, 'Experiment is not paused.']], () => ({ flag: { active: true } })],
  end: [ongoing, (s) => ({ experiment: { ended: true, conclusion: s.argument.conclusion ?? null } })],
  freeze_exposure: [
    [
      ...ongoing,
      [(s) => s.flag.active, 'Cannot freeze a paused experiment. Resume it first.'],
      [(s) => !s.flag.frozen, 'Experiment exposure is already frozen.'],
    ],
    () => ({ flag: { frozen: true } }),
  ],
  unfreeze_exposure: [[...ongoing, frozen], () => ({ flag: { frozen: false } })],
  ship_variant: [
    [launched, [(s) => s.argument.variant !== 'blue', "Variant 'blue' not found on feature flag."]],
    (s) => ({
      experiment: { ended: true, conclusion: s.argument.conclusion ?? s.experiment.conclusion },
      flag: shipped(s),
    }),
  ],
  reset: [
    [[(s) => s.experiment.started, 'Experiment is already in draft state.']],
    () => ({ experiment: draft, flag: { frozen: false } }),
  ],
  archive: [
    [
      [(s) => !s.experiment.archived, 'Experiment is already archived.'],
      [(s) => s.experiment.started && s.experiment.ended, 'Experiment must be ended before it can be archived.'],
    ],
    (s) =>
      retires(s)
        ? { experiment: { archived: true, archivedFlag: true }, flag: { active: false, archived: true } }
        : { experiment: { archived: true } },
  ],
  unarchive: [
    [[(s) => s.experiment.archived, 'Experiment is not archived.']],
    (s) => ({
      experiment: { archived: false, archivedFlag: false },
      flag: { archived: s.flag.archived && !s.experiment.archivedFlag },
    }),
  ],
  create_exposure_cohort_for_experiment: [
    [
      [(s) => s.experiment.started, 'Experiment does not have a start date'],
      [(s) => !s.experiment.cohort, 'Experiment already has an exposure cohort'],
    ],
    () => ({ experiment: { cohort: true } }),
  ],
  reopen: [[], () => ({ experiment: { ended: false } })],
  backdate: [[], () => ({ experiment: { ended: true } })],
  undraft: [[], (s) => ({ experiment: { started: true }, flag: { active: s.flag.active || !s.experiment.started } })],
  redraft: [[], () => ({ experiment: { started: false } })],
  toggle_flag: [[], (s) => ({ flag: { active: s.argument.yes } })],
  delete: [[], () => ({ experiment: { deleted: true } })],
  restore: [[], () => ({ experiment: { deleted: false } })],
};

export const ACTION_NAMES: readonly string[] = Object.keys(ACTIONS);

/** The 400 of what is not fulfilled; null where the action works, which changes the model. */
export function act(model: Model, action: string, target: number, argument: Argument): string | null {
  const { experiment, flag } = partsOf(model, target);
  const rule = ACTIONS[action];
  if (!rule) throw new Error(`The model has no action ${action}.`);
  const [needs, effect] = rule;
  const step = { experiment, flag, shared: isShared(model, experiment), argument };
  const missing = needs.find(([holds]) => !holds(step));
  if (missing) return missing[1];
  const changed = effect(step);
  Object.assign(experiment, changed.experiment);
  Object.assign(flag, changed.flag);
  return null;
}

export function partsOf({ experiments, flags }: Model, target: number): { experiment: Experiment; flag: Flag } {
  const experiment = experiments[target];
  const flag = experiment && flags[experiment.flag];
  if (!experiment || !flag) throw new Error(`The model has no experiment ${target}.`);
  return { experiment, flag };
}

export function expectedStatus({ started, ended }: Experiment, { active, frozen }: Flag): string {
  if (!started) return 'draft';
  if (ended) return 'stopped';
  if (!active) return 'paused';
  return frozen ? 'exposure_frozen' : 'running';
}

/** Two drafts on one flag and one on its own. */
export function newModel(): Model {
  return { experiments: [blank(0), blank(0), blank(1)], flags: [off(), off()] };
}

function blank(flag: number) {
  const marks = { started: false, ended: false, archived: false, archivedFlag: false, deleted: false, cohort: false };
  return { flag, ...marks, conclusion: null as string | null };
}

const off = () => ({ active: false, archived: false, control: 50, groups: 1, frozen: false });

function isShared({ experiments }: Model, experiment: Experiment): boolean {
  const live = experiments.filter(
    ({ started, ended, archived, deleted }) => started && !ended && !archived && !deleted,
  );
  return live.some((other) => other !== experiment && other.flag === experiment.flag);
}
