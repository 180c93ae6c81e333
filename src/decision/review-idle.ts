import { statusOf } from '../schema/experiment.js';
import { flagProblem, rolloutOf, variantsOf } from '../schema/flag.js';
import { plainOrQuoted } from '../schema/quote.js';
import { reachedVariants, whyNobody } from '../serving/served.js';
import { daysBetween, type ReviewFacts, type ReviewRule, shownDays } from './review-facts.js';

/** A draft that old is forgotten rather than being prepared. Days. Source: our choice. */
export const OLD_DRAFT_DAYS = 30;

/** Whether the flag is on for this one alone: a live experiment beside it needs it on. */
function servesAlone({ experiment, liveSharers }: ReviewFacts): boolean {
  const flag = experiment.feature_flag;
  return Boolean(flag && flagProblem(flag) === undefined && whyNobody(flag) === undefined && liveSharers.length === 0);
}

export const endedStillSplit: ReviewRule = (facts) => {
  const { id, end_date: end, feature_flag: flag, conclusion } = facts.experiment;
  if (statusOf(facts.experiment) !== 'stopped' || !end || !flag || !servesAlone(facts)) return null;
  const variants = variantsOf(flag.filters);
  if (reachedVariants(flag.filters).length < 2) return null;
  const undecided = !conclusion || conclusion === 'won';
  return {
    severity: 'warning',
    title: 'Ended, but users are still split: ship a variant or turn the flag off',
    evidence: {
      days_since_end: shownDays(daysBetween(end, facts.now)),
      conclusion: conclusion ?? 'none',
      split: variants.map(({ key, split_percent: split }) => `${plainOrQuoted(key)} ${split}%`).join(', '),
    },
    // Which variant to ship is for the evidence to say; where nothing won, the flag can go.
    next: undecided
      ? { tool: 'experiment-assess', arguments: { id } }
      : { tool: 'experiment-archive', arguments: { id, disable_feature_flag: true } },
  };
};

export const draftServing: ReviewRule = (facts) => {
  const { experiment } = facts;
  const flag = experiment.feature_flag;
  if (statusOf(experiment) !== 'draft' || !flag || !servesAlone(facts)) return null;
  return {
    severity: 'warning',
    title: 'A draft whose flag is on: users get variants that nothing measures',
    evidence: { rollout_percentage: rolloutOf(flag.filters) },
    next: { tool: 'experiment-preflight', arguments: { id: experiment.id } },
  };
};

export const oldDraft: ReviewRule = ({ experiment, now }) => {
  const { id, created_at: created, updated_at: updated } = experiment;
  if (statusOf(experiment) !== 'draft' || !created) return null;
  const days = daysBetween(created, now);
  if (days < OLD_DRAFT_DAYS) return null;
  return {
    severity: 'info',
    title: `A draft for ${OLD_DRAFT_DAYS} days or more: launch or delete it`,
    evidence: {
      days_since_creation: shownDays(days),
      ...(updated ? { days_since_update: shownDays(daysBetween(updated, now)) } : {}),
    },
    next: { tool: 'experiment-preflight', arguments: { id } },
  };
};
