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

/** The smallest effect that matters where neither plan nor team names one. Per cent. Source: our choice, said in the answer. */
export const ASSUMED_EFFECT_PERCENT = 10;

/** Standard errors between the bound of a test and an effect that it finds in 80 of 100 runs. Source: common practice. */
export const POWER_QUANTILE = 0.84;

/** Share of the people for 80 % power that counts as enough, since a variance is measured with an error. Source: our choice. */
export const ENOUGH_PEOPLE = 0.9;

/** How many times the planned people a look may have to count as the planned one: a weekend late of two weeks. Source: our choice. */
export const PLANNED_LOOK_GROWTH = 1.15;

/** A sample ratio this unlikely is a doubt that only more people lift. Source: our choice; PostHog's alarm is at a fifth of it. */
export const SRM_DOUBT = 0.005;

/** Share of people seen in several variants from which the arms are in doubt, and from which they are mixed. Per cent. Source: our choice. */
export const MULTIPLE_DOUBT_PERCENT = 5;
/** See `MULTIPLE_DOUBT_PERCENT`. Source: our choice. */
export const MULTIPLE_BROKEN_PERCENT = 10;

/** Equal contributors that a total amounts to (sum² / sum of squares), below which few people decide it. Source: Kish (1965). */
export const MIN_CONTRIBUTORS = 30;

/** Loss of a secondary metric that a decision puts up with. Per cent of the baseline. Source: our choice; PostHog has none. */
export const GUARDRAIL_MARGIN_PERCENT = 10;

/** Share of people seen in several variants that points to one person with many ids. Per cent. Source: common practice. */
export const FRAGMENTATION_PERCENT = 1;

/** What is saved so close to launch or end belongs to it and is no change of the run. Milliseconds. Source: our choice. */
export const EDGE_OF_RUN_MS = 60_000;

/** Share of the people whose window has to be over before a metric is read: in an even run, twice the window. Per cent. Source: our choice. */
export const WINDOWS_ENOUGH_PERCENT = 50;

/** Share of the people from which windows that go on are not worth a word. Per cent. Source: our choice. */
export const WINDOWS_ALL_PERCENT = 90;

/** Days over which today's rate of exposures is taken. Source: our choice, so that each day of the week counts once. */
export const RATE_DAYS = 7;
