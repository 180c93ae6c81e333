/** Source: PostHog API docs and PostHog behaviour. */
export const METRICS = `# Metrics

A metric compares people (or whatever the flag is assigned by) between variants. Someone enters with their first exposure, and only what they do after it counts. Metric events need no mark of the variant; only an exposure event of your own does ($feature/<flag key>).

## The four kinds

| Kind | Answers | Value per variant | Needs |
|---|---|---|---|
| funnel | how many get there | people who finished the last step / people exposed | steps in order; exposure is the first one by itself |
| mean | how much per person | total / people exposed, those with nothing included | an event; math says whether it is counted (total) or a property is summed or averaged |
| ratio | how much per something else | total of one / total of the other | an event for each side, such as revenue / order |
| retention | how many come back | people who returned in the window / people who started | a start event, a return event, a window in days |

- A one-step funnel is a plain conversion rate, and mostly the best start.
- sum, avg, min and max need math_property. A filter chooses which events count; it does not add anything up.
- Choose ratio when people differ in how often they have the chance (clicks per search); with a mean those who search a lot would drown the others.
- retention cannot be judged before the window has passed for most people.

## Goal

goal says which way is better: increase (the default) or decrease, for errors, cancellations, load time. Set it. PostHog's own chance to win is the chance of being *higher*, whatever the goal; the tools here show the chance of being *better*.

## Windows and outliers

- conversion_window_hours limits what counts after exposure. Without it people who came early have had more time than those who came late; a window makes them comparable, but those whose window is still open count in part.
- Few large orders can decide a mean. Percentile bounds or a threshold (query_json) tame them; decide so before looking at results.

## Choosing

1. **One primary metric** that the hypothesis names and the change can move directly. More than one asks for correction, and they may disagree.
2. **Guardrails as secondary metrics:** what must not get worse (errors, refunds, unsubscribes, speed). One to three that somebody would really stop for.
3. **Sensitive and near.** A metric close to the change moves more and sooner than revenue at the end of the funnel.
4. **Before the launch.** Metrics that are added, changed or dropped after a look at results fit the noise. Edits recompute the whole period and are on record (experiment-activity).
5. **Events that arrive.** event-search shows when an event was last seen. PostHog refuses names it never received, unless it is told to allow them.

## Sample

The smaller the effect, the more people: half the effect needs about four times as many. Take the smallest relative effect that would change the decision (minimum_detectable_effect), and let experiment-calculate-running-time say how many people and days that takes. PostHog's default effect, where none was set, is 30%, far above what most changes do; a plan that rests on it is reached too early. recommended_sample_size is the total over all variants.

Shared (saved) metrics have one definition for many experiments: an edit changes the results of each that uses it.
`;
