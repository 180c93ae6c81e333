/** Source: PostHog API docs and PostHog behaviour. */
export const READING_RESULTS = `# Reading results

experiment-assess does the following by fixed rules. This is what it looks at, and why.

## First: do the numbers count at all?

1. **Exposures.** Every variant needs people: below 50 in a variant PostHog gives no statistics; funnel and retention need 5 conversions as well; a baseline total of zero allows no relative effect.
2. **Sample ratio.** The people per variant must fit the configured split. A p below 0.001 (sample ratio mismatch) means that assignment or logging is broken, and no effect can be trusted, however convincing. Look for redirects, crashes in one variant, bots, late exposure calls, edits of the split.
3. **People seen in several variants** are left out by default (exclude). With an uneven split that alone shifts the comparison, noticeably from a share of about 0.1%.
4. **Nothing changed inside the run.** A new split, other targeting, new exposure rules or a pause mix two experiments into one. Changed metrics are measured over the whole run; chosen after a look at the data, they prove less.
5. **Fresh.** Results are calculated at a time; experiment-results says when, and refresh: true calculates anew (scope experiment:write; not in read-only mode).

## Then: is it time?

- At least a full week, since weekdays differ; and the planned sample. Planned means set before the start.
- Looking daily and stopping at the first significant day finds effects where there are none. Only sequential testing (frequentist) allows looks at any time; a p of exactly 1 is normal there. experiment-assess takes PostHog's threshold at the planned sample alone; later looks, and any without a plan, need stronger evidence.

## Then: what do they say?

| Number | Says | Does not say |
|---|---|---|
| effect | relative difference to the baseline; 0.05 in the API is +5% | how sure it is |
| interval | the effects that fit the data, both ends | that the middle is the truth |
| chance to be better (Bayesian) | probability that the variant beats the baseline, given the data | by how much |
| p (frequentist) | how rare such a difference is if there is none | the probability that the variant is better |
| significant | differs from the baseline by PostHog's threshold | that it is better, or large enough to matter |

- **Bayesian "significant" is one-sided:** a chance above 95% *or below 5%*. The 95% interval is two-sided, so between 95% and 97.5% it is called significant while the interval contains zero. Treat that as open.
- **Direction.** For a metric with goal decrease, lower is better; PostHog's stored chance to win does not turn round.
- **Many comparisons.** Each metric and variant is another chance for a false alarm; PostHog corrects for none. Ten comparisons of nothing show at least one significant at 5% in about four out of ten experiments. experiment-assess corrects by Holm's method.
- **Not significant is not equal.** Read the interval: if it holds effects that would matter, the answer is "not known yet".
- **Early winners shrink.** An effect that is just significant on a small sample is likely overstated.
- **Guardrails decide, too.** A gain on the primary metric with a loss on a guardrail is a trade that people must make, not a win.

## At last: what to do

| Recommendation | Means |
|---|---|
| ship | sound, on time, clearly better, no guardrail hurt |
| keep_control | sound, and clearly not worth shipping |
| end_inconclusive | a sample that could have found the smallest effect that matters found nothing; or primary metrics disagree; or this traffic cannot answer within 90 days |
| keep_running | too early, or too small a sample to tell; with the date at which everything is there |
| fix_first | something is broken; more data does not mend it |
| cannot_tell | facts are missing or the arms are in doubt; or the run is over too soon |

won and lost are claims; inconclusive, stopped_early and invalid are honest answers and save the next team from a wrong turn.
`;
