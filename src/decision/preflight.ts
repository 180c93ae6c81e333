import type { Check, CheckStatus, PreflightFacts } from './preflight-facts.js';
import { flagChecks } from './preflight-flag.js';
import { metricChecks } from './preflight-metrics.js';
import { planChecks } from './preflight-plan.js';

const ORDER: readonly CheckStatus[] = ['blocker', 'warning', 'unknown', 'ok'];

/** All that is to be known before a draft is launched; the worst first, else in the order of the subjects. */
export function preflightChecks(facts: PreflightFacts): Check[] {
  const checks = [...metricChecks(facts), ...flagChecks(facts), ...planChecks(facts)];
  return ORDER.flatMap((status) => checks.filter((check) => check.status === status));
}
