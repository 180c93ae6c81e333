import { z } from 'zod';
import { ToolError } from '../src/errors.js';
import { conclusionAsInEnd, conclusionComment } from '../src/schema/conclusion.js';
import { type Experiment, isLive } from '../src/schema/experiment.js';
import { type Flag, isFrozen, shippedVariant, thawed, variantsOf } from '../src/schema/flag.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { plainOrQuoted, quoted } from '../src/schema/quote.js';
import { movedPercent, shareText } from '../src/serving/flag-shift.js';
import { closedBecause, entriesOf, whyNobody } from '../src/serving/served.js';
import { audienceText, everyoneText, groupText, sentence, sharedFlagWarnings } from '../src/serving/serving.js';
import { surelyShips } from '../src/serving/shipping.js';
import { defineSubjectTool, type Warning } from '../src/tool.js';
import { claimOf } from '../src/writes/pipeline/claims.js';
import {
  type BeforeConcluding,
  besidesCleanup,
  CLEANUP_INPUT,
  type CleanupRequest,
  CONCLUDED,
  cleanupBody,
  cleanupWarnings,
  withCleanupOutcome,
} from '../src/writes/subjects/cleanup.js';
import { NOW, predicted, shippedFilters } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';
import { restoreCall } from '../src/writes/subjects/undo.js';

const input = z.strictObject({
  id: experimentId,
  variant_key: z.string().min(1).max(400).describe('Of the flag'),
  release_to_everyone: z.boolean().default(false).describe('To all users'),
  conclusion: conclusionAsInEnd,
  conclusion_comment: conclusionComment,
  ...CLEANUP_INPUT,
});

export const experimentShipVariant = defineSubjectTool<
  typeof input,
  BeforeConcluding,
  Experiment,
  { id: number; open_cleanup_pr: boolean }
>({
  name: 'experiment-ship-variant',
  title: 'Ship variant',
  searchHint: 'ship the winner of an A/B test, roll out a variant, conclude',
  toolset: 'lifecycle',
  access: 'destructive',
  idempotent: true,
  gated: 'evidence',
  description: [
    'Give one variant to every user of the experiment: rewrites the flag to 100% for it and 0% for the others, and ends the experiment if it still runs.',
    'Confirm variant and release mode with the user.',
    'By default release conditions and rollout stay. release_to_everyone: true puts a catch-all for 100% of all users first.',
    'The flag is not turned on: shipping a paused experiment serves nobody. An earlier conclusion is kept unless given. Works on a stopped one; 400 for a draft.',
    'Passes only where experiment-assess recommends it; else it needs override_reason.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input,
  subject: CONCLUDED,
  target: ({ id, open_cleanup_pr }) => ({ id, open_cleanup_pr }),
  plan: (input, { experiment, sharers, cleanup }) => {
    const flag = experiment.feature_flag;
    if (!flag) throw noFlag(experiment);
    if (experiment.start_date) refuseUnknown(input.variant_key, flag);
    const forced = input.release_to_everyone ? [] : otherForced(input.variant_key, flag);
    const keep = forced.length > 0 ? ', except where a release group forces another one' : '';
    const frozen = isFrozen(flag.filters);
    const filters = shippedFilters(flag.filters, input.variant_key, input.release_to_everyone);
    const nobody = whyNobody({ ...flag, filters });
    const closed = closedBecause(filters);
    const audience = input.release_to_everyone
      ? everyoneText(flag)
      : audienceText({ ...flag, filters: thawed(flag.filters) });
    const served = closed === undefined ? `${audience} see ${quoted(input.variant_key)}${keep}` : NOBODY_ENTERS;
    return {
      effects: {
        users:
          nobody === undefined
            ? `${sentence(audience)} see ${quoted(input.variant_key)} from now on${keep}.`
            : `Nobody${closed === undefined ? ' yet' : ''}: ${nobody}.${flag.deleted || nobody === closed ? '' : ` Once it is on, ${served}.`}`,
        analysis: isLive(experiment)
          ? 'The experiment ends now; only data up to now counts.'
          : 'Unchanged: it had ended.',
      },
      // What an approved change has shipped already is no new claim.
      claims: [
        ...(surelyShips(flag.filters, input.variant_key)
          ? []
          : [
              {
                kind: 'ship' as const,
                variant: input.variant_key,
                filters,
                comment: input.conclusion_comment ?? experiment.conclusion_comment ?? '',
                isShared: sharers.length > 0,
              },
            ]),
        ...claimOf(input, experiment),
      ],
      refused: experiment.start_date ? undefined : 'Experiment has not been launched yet.',
      after: predicted(experiment, {
        end_date: experiment.end_date ?? NOW,
        conclusion: input.conclusion ?? experiment.conclusion,
        conclusion_comment: input.conclusion_comment ?? experiment.conclusion_comment,
        flag: { filters },
      }),
      warnings: [
        ...(experiment.start_date
          ? cleanupWarnings(input, { cleanup, conclusion: input.conclusion ?? experiment.conclusion })
          : []),
        ...sharedFlagWarnings(sharers),
        ...(nobody === undefined ? moveWarnings(flag, input.variant_key) : []),
        ...(frozen ? [{ code: 'freeze_removed', message: 'Exposure was frozen; shipping takes the freeze off.' }] : []),
        ...(forced.length > 0
          ? [{ code: 'variant_forced', message: `Shipping does not reach the users of ${forced.join('; ')}.` }]
          : []),
        ...((input.conclusion ?? experiment.conclusion) ? [] : [NO_CONCLUSION]),
        ...(nobody === undefined
          ? []
          : [
              {
                code: 'flag_inactive',
                message: `${sentence(nobody)}, so shipping serves nobody until that changes.`,
              },
            ]),
      ],
      ...(isShipped(input, experiment) ? { alreadyDone: `${quoted(input.variant_key)} is shipped already.` } : {}),
    };
  },
  run: async (input, context) => {
    const { id, open_cleanup_pr: _asked, repository: _named, ...body } = input;
    const sent = await postAction('ship_variant', id, context, { ...body, ...cleanupBody(input) });
    return withCleanupOutcome(sent, input);
  },
  undoTools: ['feature-flag-restore'],
  undo: (input, { experiment }, after) => besidesCleanup(restoreCall(experiment, after), input),
});

const NOBODY_ENTERS = 'nobody enters all the same';

const NO_CONCLUSION: Warning = {
  code: 'no_conclusion',
  message: 'No conclusion is recorded; give one (won where this variant won) to say how it came out.',
};

/** Of the users who are in a variant now; those who enter by a catch-all come on top. */
function moveWarnings({ filters }: Flag, variant: string): Warning[] {
  const moved = movedPercent(filters, shippedFilters(filters, variant, false));
  const message = `The variant changes for ${shareText(moved)} of the users inside.`;
  return moved === 0 ? [] : [{ code: 'variant_changes', message }];
}

function noFlag(experiment: Experiment): ToolError {
  return new ToolError(
    'refused',
    `Experiment ${experiment.id} has no linked feature flag, so there is nothing to ship.`,
    'End it with experiment-end instead.',
    { next_tool: 'experiment-end' },
  );
}

/** PostHog refuses it too; said here, it costs no request and names what there is. */
function refuseUnknown(key: string, flag: Flag): void {
  const keys = variantsOf(flag.filters).map((variant) => variant.key);
  if (keys.includes(key)) return;
  throw new ToolError(
    'invalid_arguments',
    `Variant ${quoted(key)} is not on feature flag ${quoted(flag.key)}; nothing was sent.`,
    `Its variants are ${keys.map(plainOrQuoted).join(', ')}. Ask which one is meant.`,
    { field: 'variant_key', next_tool: 'experiment-get' },
  );
}

/** Release groups whose users keep a variant that the flag forces on them. */
function otherForced(key: string, flag: Flag): string[] {
  const forcing = entriesOf(flag.filters).filter(({ forced }) => forced !== undefined && forced !== key);
  return (flag.filters.groups ?? []).flatMap((group, index) =>
    forcing.some(({ number }) => number === index + 1) ? [groupText(group, index + 1)] : [],
  );
}

interface ShipRequest extends CleanupRequest {
  variant_key: string;
  release_to_everyone: boolean;
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
}

/** Whether the wanted state holds: ended, this variant at 100 and not for the people of a snapshot alone, nothing new to record. */
function isShipped(input: ShipRequest, experiment: Experiment): boolean {
  if (input.open_cleanup_pr && !experiment.flag_cleanup_task_id) return false;
  const filters = experiment.feature_flag?.filters;
  if (!filters || !experiment.end_date || shippedVariant(filters) !== input.variant_key) return false;
  // Another experiment on the flag can have frozen it since.
  if (isFrozen(filters)) return false;
  const first = filters.groups?.[0];
  const forced = first?.variant ?? input.variant_key;
  const catchAll =
    first?.rollout_percentage === 100 && (first.properties ?? []).length === 0 && forced === input.variant_key;
  return (
    (catchAll || !input.release_to_everyone) &&
    (input.conclusion ?? experiment.conclusion) === experiment.conclusion &&
    (input.conclusion_comment ?? experiment.conclusion_comment) === experiment.conclusion_comment
  );
}
