/** Where each step of a recommendation comes from, for docs/decisions.md. */

export const DERIVATIONS = `### Integrity: can the arms be compared at all?

- A sample ratio mismatch at \`SRM_ALARM\` is PostHog's own health check; Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online
  Controlled Experiments" (KDD 2019), say why no metric of such a run can be read. Between \`SRM_ALARM\` and \`SRM_DOUBT\` more people tell.
- PostHog warns where people seen in several variants are left out of an uneven split (\`MULTIPLE_SHARE_LIMIT_PERCENT\`); from
  \`MULTIPLE_DOUBT_PERCENT\` on the arms are in doubt for any split, from \`MULTIPLE_BROKEN_PERCENT\` on they are mixed.
- A split or an order of variants that changed inside the run moves users between the arms: the two periods can disagree with their
  sum (Simpson's paradox; Crook et al., "Seven pitfalls to avoid when running controlled experiments on the web", KDD 2009).
- Where every release condition names its variant, nothing is dealt out by chance.

A doubt rules out \`ship\`, \`keep_control\` and \`end_inconclusive\`, and with them the gates of \`won\`, \`lost\` and shipping; whoever can
explain it goes on with \`override_reason\`.

### Readiness: is there enough to judge by?

- Whole weeks and the planned sample: Kohavi, Tang & Xu, "Trustworthy Online Controlled Experiments" (2020), ch. 2 and 17.
- \`MIN_EXPOSURES\` and \`MIN_CONVERSIONS\` are PostHog's own minimum for statistics.
- A total that amounts to fewer than \`MIN_CONTRIBUTORS\` equal values, sum² / sum of squares (Kish, "Survey Sampling", 1965), rests on a
  few people, so that no normal approximation holds. For a count of rare events this is the number of events.
- A metric with a conversion or retention window is read once the window is over for \`WINDOWS_ENOUGH_PERCENT\` of the people; before
  that, the late conversions of most people are missing. Exposures by day, as of the calculation, give the share. Where PostHog counts
  only matured users, only those count towards the planned sample.

The date of a \`keep_running\` is the day on which all of this is there at today's rate, for every finding of the answer.

### Evidence: what does each variant show on each metric?

| Standing | Where |
|---|---|
| gain, loss | the difference from zero is clear: two-sided, after Holm's correction over the metrics of a role and all variants, and at the bound that the look asks for |
| nothing found | neither, although the sample would show the smallest effect that matters in 80 of 100 runs, or the whole interval holds only smaller ones |
| unresolved | neither, and the sample is too small for that |

The smallest effect that matters is the plan's; else the team's default; else \`ASSUMED_EFFECT_PERCENT\`, which the answer then calls
our assumption. 80 % power is the convention of Cohen, "Statistical Power Analysis" (1988), and PostHog's calculator; the interval
inside the effect is an equivalence test (Schuirmann 1987).

- Every answer, chart and comment shows an *effect*: how the metric moved against the baseline, with the better direction beside
  it. A relative effect is a share of the size of the baseline, so that from −2 to −1 is +50%; where the experiment shows absolute
  differences, it is in the unit of the metric, for rates in percentage points (pp).
- The p-values and chances that tools show are those of the decision; PostHog's page can show others. Of a Bayesian run the chance
  to be better is 1 − p/2 where the effect is on the better side.
- The test is of the *difference* of the arms. PostHog's relative interval divides by the measured baseline; its delta method calls
  losses too often and gains too seldom where the baseline is uncertain.
- Shares with fewer than \`EXACT_BELOW\` successes or failures in an arm are tested by Fisher's exact test, twice the smaller tail.
- The standard error is the larger of Welch's and the pooled one, which agree for even splits. Of skewed data the small arm of an
  uneven split lacks its tail as often as not, and its own variance with it.
- Where pre-exposure data adjusts a metric (CUPED), PostHog's own p-value is taken, as the sums are those before the adjustment.
- With PostHog's sequential testing, its p-value is taken as it is: it holds at any look.

### Looks: how often did somebody look?

Nobody tells this server, so every look counts as if somebody had looked daily since the first one that could have decided. W(t)
being the standardised sum and t the people as a multiple of that first look, Robbins, "Statistical methods related to the law of the
iterated logarithm" (Ann. Math. Statist. 41, 1970), shows

P(|W(t)| ≥ √(t·(c² + ln t)) for some t ≥ 1) = 2·(1 − Φ(c) + c·φ(c)).

| Look | Standard errors from zero that count at α = 5 % | All looks together ship without any effect |
|---|---|---|
| the planned one, up to \`PLANNED_LOOK_GROWTH\` times the planned people | 1.96 | at most 2.5 %, this look alone |
| later ones | √(2.62² + ln t): 2.70 at 1.5 times the plan, 2.83 at three times | at most 5 %, with the planned one |
| any, without a plan; t is 1 after a week | √(2.50² + ln t): 2.63 after two weeks, 2.84 after six | at most 5 % |

The boundary of later looks leaves out what the planned one spent: 2·b·φ(c) is what is left where |W(1)| < b. Asymptotically it holds
for any data with a variance (Waudby-Smith et al., arXiv 2103.06476). Looks inside the window of the planned one count as one, which the
proof does not cover; daily looks in it are part of the simulation. What is clear but for the looks is a hint: it is neither a gain
nor nothing, and keeps running until the stricter bound can tell.

### Decision

- A guardrail is safe where its interval leaves no room for a loss beyond \`GUARDRAIL_MARGIN_PERCENT\` (non-inferiority; Deng & Shi,
  "Data-Driven Metric Development for Online Controlled Experiments", KDD 2016), harmed where the loss is clear, and imprecise else.
- More than \`MAX_MORE_DAYS\` days of waiting, after a first week, end an experiment as inconclusive, since this traffic cannot answer
  the question; the answer says what could.

[How often this advice is right](advice.md) is measured on simulated experiments with a known truth.
`;
