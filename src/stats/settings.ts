import type { DifferenceType } from './effect.js';
import { DEFAULT_TUNING_PARAMETER, MAX_TUNING_PARAMETER, MIN_TUNING_PARAMETER } from './sequential.js';

/** Level of intervals where none is chosen. Source: PostHog behaviour. */
export const DEFAULT_CI_LEVEL = 0.95;
/** Accepted share of false positives where none is chosen. Source: PostHog behaviour. */
export const DEFAULT_ALPHA = 0.05;

interface CommonSettings {
  differenceType: DifferenceType;
  /** Whether pre-exposure data adjusts means and shares, where an arm has any. */
  cuped: boolean;
}

export interface BayesianSettings extends CommonSettings {
  method: 'bayesian';
  ciLevel: number;
}

export interface FrequentistSettings extends CommonSettings {
  method: 'frequentist';
  alpha: number;
  /** Tuning parameter of the always-valid test; null for the test with a fixed horizon. */
  sequentialTuningParameter: number | null;
}

export type StatsSettings = BayesianSettings | FrequentistSettings;

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** Stored as text by some builds. */
function number(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

function level(value: unknown, otherwise: number): number {
  const given = number(value);
  return typeof given === 'number' && given > 0 && given < 1 ? given : otherwise;
}

function tuningParameter(value: unknown): number {
  const given = number(value);
  const usable = typeof given === 'number' && given >= MIN_TUNING_PARAMETER && given <= MAX_TUNING_PARAMETER;
  return usable ? given : DEFAULT_TUNING_PARAMETER;
}

/** Accepted share of false positives, two-sided. */
export function alphaIn(settings: StatsSettings): number {
  return settings.method === 'bayesian' ? 1 - settings.ciLevel : settings.alpha;
}

/** Defaults of a team, by PostHog's names; what is left out has the product's own. */
export interface TeamDefaults {
  default_cuped_enabled?: boolean | null | undefined;
  default_sequential_testing_enabled?: boolean | null | undefined;
  default_sequential_tuning_parameter?: number | null | undefined;
}

/** What of these an experiment's `stats_config` leaves to the team. Its method decides whether sequential testing is meant at all. */
export function leftToTeam(statsConfig: unknown): { cuped: boolean; sequential: boolean } {
  const frequentist = field(statsConfig, 'method') === 'frequentist' ? field(statsConfig, 'frequentist') : null;
  const isOpen = (value: unknown) => (value ?? null) === null;
  return {
    cuped: isOpen(field(field(statsConfig, 'cuped'), 'enabled')),
    sequential: frequentist !== null && isOpen(field(frequentist, 'sequential_testing_enabled')),
  };
}

/**
 * How an experiment's `stats_config`, free JSON or absent, is computed: Bayesian at 95% and relative unless it says
 * otherwise; values out of range fall back to the defaults without a word.
 * Sequential testing and CUPED that are not set are as the team has them. Source: PostHog API docs, PostHog behaviour.
 */
export function statsSettings(statsConfig: unknown, team: TeamDefaults = {}): StatsSettings {
  const method = field(statsConfig, 'method') === 'frequentist' ? 'frequentist' : 'bayesian';
  const own = field(statsConfig, method);
  const common: CommonSettings = {
    differenceType: field(own, 'difference_type') === 'ABSOLUTE' ? 'ABSOLUTE' : 'RELATIVE',
    cuped: (field(field(statsConfig, 'cuped'), 'enabled') ?? team.default_cuped_enabled) === true,
  };
  if (method === 'bayesian') return { ...common, method, ciLevel: level(field(own, 'ci_level'), DEFAULT_CI_LEVEL) };
  const set = field(own, 'sequential_testing_enabled');
  const sequential = (set ?? team.default_sequential_testing_enabled) === true;
  const tuning = field(own, 'sequential_tuning_parameter') ?? team.default_sequential_tuning_parameter;
  return {
    ...common,
    method,
    alpha: level(field(own, 'alpha'), DEFAULT_ALPHA),
    sequentialTuningParameter: sequential ? tuningParameter(tuning) : null,
  };
}
