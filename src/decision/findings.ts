import { FINDING_CODES, type Finding } from '../schema/assessment.js';
import type { Facts } from './facts.js';
import { CHANGE_RULES } from './rules-changes.js';
import { DATA_RULES } from './rules-data.js';
import { EVIDENCE_RULES } from './rules-evidence.js';
import { EXPOSURE_RULES } from './rules-exposure.js';
import { LIFECYCLE_RULES } from './rules-lifecycle.js';
import { TIME_RULES } from './rules-time.js';
import { windowsOpen } from './rules-windows.js';

const RULES = [
  ...[...EXPOSURE_RULES, ...LIFECYCLE_RULES, ...DATA_RULES, ...TIME_RULES, windowsOpen],
  ...[...EVIDENCE_RULES, ...CHANGE_RULES],
];

const SEVERITIES = ['blocker', 'warning', 'info'];

/** What all rules find: blockers first, then in the order of the codes. */
export function findingsOf(facts: Facts): Finding[] {
  const place = ({ severity, code }: Finding) =>
    SEVERITIES.indexOf(severity) * FINDING_CODES.length + FINDING_CODES.indexOf(code);
  return RULES.flatMap((rule) => rule(facts)).sort((a, b) => place(a) - place(b));
}
