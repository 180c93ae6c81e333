import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { type CleanupTarget, readCleanupTarget } from '../../reads/cleanup.js';
import type { Experiment } from '../../schema/experiment.js';
import { quoted } from '../../schema/quote.js';
import type { Sent, StateBefore, Subject, Undo, Warning } from '../../tool.js';
import { EXPERIMENTS } from './experiment.js';

/** What ending and shipping take for the pull request that removes the flag from the code. */
export const CLEANUP_INPUT = {
  open_cleanup_pr: z.boolean().default(false).describe('If asked: PR removing the flag'),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: 'must be owner/name' })
    .max(255)
    .optional()
    .describe('owner/name'),
};

export interface CleanupRequest {
  open_cleanup_pr: boolean;
  repository?: string | undefined;
}

interface ConcludingKey {
  id: number;
  open_cleanup_pr: boolean;
}

/** The state before, with where the pull request would go; null where none is asked for. */
export interface BeforeConcluding extends StateBefore {
  cleanup: CleanupTarget | null;
}

/** Experiments as the calls see them that may ask for a pull request. */
export const CONCLUDED: Subject<Experiment, BeforeConcluding, ConcludingKey> = {
  ...EXPERIMENTS,
  readBefore: async ({ id, open_cleanup_pr: asked }, context) => {
    const [state, cleanup] = await Promise.all([
      EXPERIMENTS.readBefore(id, context),
      asked ? readCleanupTarget(id, context) : null,
    ]);
    return { ...state, cleanup };
  },
  shown: ({ cleanup, ...state }) => ({
    ...EXPERIMENTS.shown(state),
    ...(cleanup === null ? {} : { 'the repository of the pull request': cleanup }),
  }),
};

const HOW: Readonly<Record<string, string>> = {
  explicit: 'saved on the experiment',
  team_default: "the team's default",
  single_repo: 'the only one connected',
};

const warning = (code: string, message: string): Warning => ({ code, message });
const none = (why: string) => [warning('no_cleanup_pull_request', `No pull request will be opened: ${why}`)];

/** Which repository the pull request will be opened in, or why there will be none. Throws where the caller has to choose. */
export function cleanupWarnings(
  { open_cleanup_pr: asked, repository }: CleanupRequest,
  { cleanup, conclusion }: { cleanup: CleanupTarget | null; conclusion: string | null | undefined },
): Warning[] {
  if (!asked || cleanup === null) return [];
  if ('refusal' in cleanup) {
    const message = `PostHog does not say where it would open the pull request (${quoted(cleanup.refusal)}), so there may be none.`;
    return [warning('cleanup_target_unknown', message)];
  }
  const { candidates, source } = cleanup;
  if (candidates.length === 0) return none('the project has no GitHub repository connected in PostHog.');
  if (!conclusion) return none('PostHog opens it only with a conclusion. Give one.');
  const named = candidates.find((name) => name.toLowerCase() === repository?.toLowerCase());
  const found = repository === undefined ? cleanup.repository : named;
  if (!found) throw unclear(repository, candidates);
  const how = repository === undefined ? (HOW[source] ?? source) : 'as asked for';
  const message = `A draft pull request that removes the flag's code will be opened in ${quoted(found)} (${how}).`;
  return [warning('cleanup_pull_request', message)];
}

const MAX_CANDIDATES = 20;

function unclear(repository: string | undefined, candidates: readonly string[]): ToolError {
  const shown = candidates.slice(0, MAX_CANDIDATES).map(quoted).join(', ');
  const more = candidates.length > MAX_CANDIDATES ? ` and ${candidates.length - MAX_CANDIDATES} more` : '';
  const what =
    repository === undefined
      ? 'PostHog cannot tell which repository the pull request belongs in'
      : `${quoted(repository)} is not connected in PostHog`;
  return new ToolError(
    'invalid_arguments',
    `${what}, and would open none without a word; nothing was sent. Connected: ${shown}${more}.`,
    'Ask which repository holds the code and give it as repository.',
    { field: 'repository' },
  );
}

/** What goes into the body; builds that do not know the fields never see them unasked. */
export function cleanupBody({ open_cleanup_pr: asked, repository }: CleanupRequest): object {
  if (!asked) return {};
  return { open_cleanup_pr: true, ...(repository === undefined ? {} : { repository }) };
}

/** Adds what became of the request for a pull request, which PostHog drops without a word. */
export function withCleanupOutcome(sent: Sent, { open_cleanup_pr: asked }: CleanupRequest): Sent {
  if (!asked) return sent;
  const started = Boolean(sent.after.flag_cleanup_task_id);
  const outcome = started
    ? warning('cleanup_started', 'PostHog works on the pull request; experiment-cleanup-task follows it.')
    : warning('cleanup_not_started', 'PostHog started no work on a pull request.');
  return { ...sent, warnings: [...(sent.warnings ?? []), outcome] };
}

/** The undo, which cannot take back a pull request. */
export function besidesCleanup(undo: Undo, { open_cleanup_pr: asked }: CleanupRequest): Undo {
  if (!asked || !('tool' in undo)) return undo;
  const note = 'A pull request that was opened stays; close it on GitHub.';
  return { ...undo, note: undo.note === undefined ? note : `${undo.note} ${note}` };
}
