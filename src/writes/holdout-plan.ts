import type { Effects, FlagSharer, Warning } from '../tool.js';

/** Experiments in which a change of the holdout moves users now. */
export function launchedOf(linked: readonly FlagSharer[]): FlagSharer[] {
  return linked.filter(({ status }) => status !== 'draft');
}

function names(linked: readonly FlagSharer[]): string {
  return linked.map(({ id, name, status }) => `${id} ${JSON.stringify(name)} (${status})`).join(', ');
}

/** Says which experiments a change of the holdout reaches; their flags are rewritten in the same moment. */
export function linkedWarnings(linked: readonly FlagSharer[]): Warning[] {
  if (linked.length === 0) return [];
  return [{ code: 'linked_experiments', message: `The flags of ${names(linked)} are rewritten at once.` }];
}

/** What a move of the excluded share does to users and to data. */
export function exclusionEffects(from: number, to: number, linked: readonly FlagSharer[]): Effects {
  if (from === to) return { users: 'Unchanged.', analysis: 'Unchanged.' };
  const launched = launchedOf(linked).length;
  if (launched === 0)
    return { users: `No launched experiment uses it; ${to}% will be held out.`, analysis: 'Unchanged.' };
  const moved =
    to > from
      ? `${to}% instead of ${from}% of users are held out: some who were in a variant drop out of it.`
      : `${to}% instead of ${from}% of users are held out: some who were held out enter.`;
  return { users: moved, analysis: 'Data from before and after the change do not compare.' };
}
