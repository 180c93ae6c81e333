import type { ExperimentRow, ProjectRow } from '../store/model.js';

/** Where a pull request that removes a flag's code would be opened, and how that was chosen. */
export interface CleanupTarget {
  repository: string | null;
  source: 'explicit' | 'team_default' | 'single_repo' | 'ambiguous' | 'no_integration';
  candidates: string[];
}

/**
 * The repository asked for or saved, else the team's default, else the only one connected. One that was named and is not
 * connected never falls back to another: a pull request in the wrong repository is worse than none.
 */
export function cleanupTarget(
  project: ProjectRow,
  { repository }: Pick<ExperimentRow, 'repository'>,
  requested: string | null | undefined = null,
): CleanupTarget {
  const candidates = project.repositories.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const connected = (name: string | null | undefined) =>
    candidates.find((candidate) => candidate.toLowerCase() === name?.toLowerCase());
  const found = (source: CleanupTarget['source'], name: string | null) => ({ repository: name, source, candidates });
  const [only, ...others] = candidates;
  if (only === undefined) return found('no_integration', null);
  const explicit = requested || repository;
  if (explicit) {
    const match = connected(explicit);
    return match === undefined ? found('ambiguous', null) : found('explicit', match);
  }
  const usual = connected(project.experiments_config?.flag_cleanup_repository);
  if (usual !== undefined) return found('team_default', usual);
  return others.length === 0 ? found('single_repo', only) : found('ambiguous', null);
}
