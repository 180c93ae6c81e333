/** The reference: what an experiment and its flag are to the outside, and nothing of how they are stored. */
export interface Model {
  experiments: Experiment[];
  flags: Flag[];
}

export interface Experiment {
  flag: number;
  started: boolean;
  ended: boolean;
  archived: boolean;
  archivedFlag: boolean;
  deleted: boolean;
  conclusion: string | null;
  cohort: boolean;
}

export interface Flag {
  active: boolean;
  archived: boolean;
  control: number;
  groups: number;
  frozen: boolean;
}

interface Step {
  experiment: Experiment;
  flag: Flag;
  /** Whether another experiment that is live uses the flag. */
  shared: boolean;
  argument: Argument;
}

export interface Argument {
  conclusion: 'won' | 'lost' | undefined;
  variant: 'control' | 'test' | 'blue';
  yes: boolean;
}

/** The 400 of a violated precondition; null where the action works (and changes the model). */
type Rule = (step: Step) => string | null;

const NOT_LAUNCHED = 'Experiment has not been launched yet.';
const ENDED = 'Experiment has already ended.';

function ongoing({ experiment }: Step): string | null {
  if (!experiment.started) return NOT_LAUNCHED;
  return experiment.ended ? ENDED : null;
}

/** Every action, with what it asks for and what it does. */
export const RULES: Record<string, Rule> = {
  launch({ experiment, flag }) {
    if (experiment.started) return 'Experiment has already been launched.';
    experiment.started = true;
    flag.active = true;
    return null;
  },
  pause(step) {
    const refusal = ongoing(step) ?? (step.flag.active ? null : 'Experiment is already paused.');
    if (refusal === null) step.flag.active = false;
    return refusal;
  },
  resume(step) {
    const refusal = ongoing(step) ?? (step.flag.active ? 'Experiment is not paused.' : null);
    if (refusal === null) step.flag.active = true;
    return refusal;
  },
  end(step) {
    const refusal = ongoing(step);
    if (refusal === null) Object.assign(step.experiment, { ended: true, conclusion: step.argument.conclusion ?? null });
    return refusal;
  },
  freeze_exposure(step) {
    const refusal = ongoing(step);
    if (refusal !== null) return refusal;
    if (!step.flag.active) return 'Cannot freeze a paused experiment. Resume it first.';
    if (step.flag.frozen) return 'Experiment exposure is already frozen.';
    step.flag.frozen = true;
    return null;
  },
  unfreeze_exposure(step) {
    const refusal = ongoing(step);
    if (refusal !== null) return refusal;
    if (!step.flag.active || !step.flag.frozen) return 'Experiment exposure is not frozen.';
    step.flag.frozen = false;
    return null;
  },
  ship_variant({ experiment, flag, argument }) {
    if (!experiment.started) return NOT_LAUNCHED;
    if (argument.variant === 'blue') return "Variant 'blue' not found on feature flag.";
    flag.frozen = false;
    flag.control = argument.variant === 'control' ? 100 : 0;
    if (argument.yes) flag.groups += 1;
    experiment.ended = true;
    experiment.conclusion = argument.conclusion ?? experiment.conclusion;
    return null;
  },
  reset({ experiment, flag }) {
    if (!experiment.started) return 'Experiment is already in draft state.';
    flag.frozen = false;
    Object.assign(experiment, { started: false, ended: false, archived: false, conclusion: null });
    return null;
  },
  archive({ experiment, flag, shared, argument }) {
    if (experiment.archived) return 'Experiment is already archived.';
    if (!experiment.started || !experiment.ended) return 'Experiment must be ended before it can be archived.';
    experiment.archived = true;
    if (shared || flag.archived || (flag.active && !argument.yes)) return null;
    Object.assign(flag, { active: false, archived: true });
    experiment.archivedFlag = true;
    return null;
  },
  unarchive({ experiment, flag }) {
    if (!experiment.archived) return 'Experiment is not archived.';
    if (experiment.archivedFlag) flag.archived = false;
    Object.assign(experiment, { archived: false, archivedFlag: false });
    return null;
  },
  create_exposure_cohort_for_experiment({ experiment }) {
    if (!experiment.started) return 'Experiment does not have a start date';
    if (experiment.cohort) return 'Experiment already has an exposure cohort';
    experiment.cohort = true;
    return null;
  },
  reopen({ experiment }) {
    experiment.ended = false;
    return null;
  },
  backdate({ experiment }) {
    experiment.ended = true;
    return null;
  },
  undraft({ experiment, flag }) {
    if (!experiment.started) flag.active = true;
    experiment.started = true;
    return null;
  },
  redraft({ experiment }) {
    experiment.started = false;
    return null;
  },
  toggle_flag({ flag, argument }) {
    flag.active = argument.yes;
    return null;
  },
  delete({ experiment }) {
    experiment.deleted = true;
    return null;
  },
  restore({ experiment }) {
    experiment.deleted = false;
    return null;
  },
};

export function expectedStatus({ started, ended }: Experiment, { active, frozen }: Flag): string {
  if (!started) return 'draft';
  if (ended) return 'stopped';
  if (!active) return 'paused';
  return frozen ? 'exposure_frozen' : 'running';
}

const blank = (flag: number): Experiment => ({
  flag,
  started: false,
  ended: false,
  archived: false,
  archivedFlag: false,
  deleted: false,
  conclusion: null,
  cohort: false,
});

/** Two experiments on one flag and one on its own. */
export function newModel(): Model {
  const flag = { active: false, archived: false, control: 50, groups: 1, frozen: false };
  return { experiments: [blank(0), blank(0), blank(1)], flags: [{ ...flag }, { ...flag }] };
}

/** Whether another experiment that is live uses the flag. */
export function isShared(model: Model, experiment: Experiment): boolean {
  return model.experiments.some(
    (other) =>
      other !== experiment &&
      other.flag === experiment.flag &&
      other.started &&
      !other.ended &&
      !other.archived &&
      !other.deleted,
  );
}
