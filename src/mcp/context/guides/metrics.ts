/** Source: PostHog API docs and PostHog behaviour. */
export const METRICS = `# Metrics

A metric compares people (or whatever the flag is assigned by) between variants. Someone enters with their first exposure, and only what they do after it counts. Metric events need no mark of the variant; only an exposure event of your own does ($feature/<flag key>).

## The four kinds

| Kind | Answers | Value per variant | Needs |
|---|---|---|---|
| funnel | how many get there | people who finished the last step / people exposed | steps in order; exposure is the first one by itself |
| mean | how much per person | total / people exposed, those with nothing included | an event; math says whether it is counted (total) or a property is summed or averaged |
| ratio | how much per something else | total of one / total of the other | an event for each side, such as revenue / order |
| retention | how many come back | people who returned in the window / people who started | a start event, a return event, a window |

- A one-step funnel is a plain conversion rate, and mostly the best start.
- sum, avg, min and max need math_property. A filter chooses which events count; it does not add anything up.
- Choose ratio when people differ in how often they have the chance (clicks per search); with a mean those who search a lot would drown the others.
- retention cannot be judged before the window has passed for most people.

## Goal

goal says which way is better: increase (the default) or decrease, for errors, cancellations, load time. Set it. PostHog's own chance to win is the chance of being *higher*, whatever the goal; the tools here show the chance of being *better*.

## Windows and outliers

- conversion_window ("14 days", in seconds to months) limits what counts after exposure; without it, everything up to the end counts, and people who came early have had more time than those who came late. A window makes them comparable, but those whose window is still open count in part. Of a retention metric, it limits when the start event may come.
- retention_window ("1-7 days") says when the return counts. Day 0 is the calendar day of the start event, and both ends are included: "1-7 days" is from the day after the start up to the seventh day after it, "7-7 days" is the seventh day only. start_handling says which start counts if there are several: first_seen (the default) or last_seen.
- A few large orders can decide a mean. caps tame them: "0-99" lowers all values above the 99th percentile to it, "1-99 ignoring zeros" caps both sides by percentiles of the people who have a value. A ratio has caps for its numerator and denominator_caps. A threshold makes a mean the share of users who reach it. Decide so before you look at results.

## Events and filters

- An event can be an action, as action:5. Of several steps, order says how they follow each other: ordered (the default, other events may come between), strict (none may) or unordered.
- A filter is one line: plan = pro, or plan = pro|team for either. The operators are = != > >= < <= icontains not_icontains regex not_regex is_set is_not_set is_date_exact is_date_before is_date_after. person:plan is a property of the person, session:… of the session; without either it is one of the event. A filter is on the event in event, unless it starts with "denominator: ", "start: " or "step 2: ". Put values with a | or quotes in double quotes. filters replaces all filters of the metric.
- breakdowns are properties, written in the same way; attribution says which step of a funnel gives the value: first_touch (the default), last_touch or step 2.
- query_json is a whole ExperimentMetric for everything else, such as HogQL, warehouse tables, or the exposure as the start: {"start_event":{"kind":"ExperimentExposureNode"}} with the other fields beside it.

With experiment-update, a metric keeps what the call does not name; clear empties fields. Another metric_type keeps what fits it, and the answer names what it drops.

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
