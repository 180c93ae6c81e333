/** The numbers that rules compare with. Those of PostHog itself live where they are computed, in `src/stats`. */

/** Whole days that a run needs, so that each day of the week counts once. Source: common practice. */
export const MIN_RUN_DAYS = 7;

/** Younger runs may have nobody yet, and no calculation: code, flag and events take their time. Days. Source: our choice. */
export const SETTLING_DAYS = 1;

/** Days more, at today's rate, beyond which a plan is out of reach. Source: our choice, a quarter. */
export const MAX_MORE_DAYS = 90;

/** Chance to see the planned effect below which it is missed more often than seen. Per cent. Source: our choice; 80 is usual. */
export const MIN_POWER_PERCENT = 50;

/** The effect that PostHog plans with where nobody chose one. Per cent. Source: PostHog behaviour. */
export const DEFAULT_EFFECT_PERCENT = 30;

/** Loss of a secondary metric that a decision puts up with. Per cent of the baseline. Source: our choice; PostHog has none. */
export const GUARDRAIL_MARGIN_PERCENT = 10;

/** Share of people seen in several variants that points to one person with many ids. Per cent. Source: common practice. */
export const FRAGMENTATION_PERCENT = 1;

/** What is saved so close to launch or end belongs to it and is no change of the run. Milliseconds. Source: our choice. */
export const EDGE_OF_RUN_MS = 60_000;

/** Days over which today's rate of exposures is taken. Source: our choice, so that each day of the week counts once. */
export const RATE_DAYS = 7;
