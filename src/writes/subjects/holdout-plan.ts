import { idAndName } from '../../schema/quote.js';
import type { Effects, Warning } from '../../tool.js';
import type { LinkedExperiment } from './holdout.js';

/** Whether a change of the share reaches users or the data of a run. */
export function reachesAnybody(linked: readonly LinkedExperiment[]): boolean {
  return linked.some(({ status, serves }) => serves || status !== 'draft');
}

/** Says which experiments a change of the holdout reaches; their flags are rewritten in the same moment. */
export function linkedWarnings(linked: readonly LinkedExperiment[]): Warning[] {
  if (linked.length === 0) return [];
  const names = linked.map((one) => `${idAndName(one)} (${one.status}, flag ${one.serves ? 'on' : 'off'})`).join(', ');
  return [
    {
      code: 'linked_experiments',
      message: `It reaches the feature flags of these experiments at once: ${names}.`,
      experiments: linked.map(({ id }) => id),
    },
  ];
}

/** What a move of the excluded share does to users and to data. Percent. */
export function exclusionEffects(from: number, to: number, linked: readonly LinkedExperiment[]): Effects {
  if (from === to) return { users: 'Unchanged.', analysis: 'Unchanged.' };
  const measured = linked.some(({ status }) => status !== 'draft' && status !== 'stopped');
  return {
    users: usersOf(from, to, linked),
    analysis: measured ? 'Data of a run from before and after the change do not compare.' : 'Unchanged.',
  };
}

function usersOf(from: number, to: number, linked: readonly LinkedExperiment[]): string {
  if (!linked.some(({ serves }) => serves))
    return linked.length === 0
      ? 'Unchanged: no experiment uses it.'
      : 'Unchanged while the flags of its experiments are off.';
  return to > from
    ? `${to}% of users are held out instead of ${from}%: some drop out of their variants.`
    : `${to}% of users are held out instead of ${from}%: some who were held out enter.`;
}
