import { ToolError } from '../../errors.js';
import { REVISION, type Warning } from '../../tool.js';
import type { Preview } from '../../writes/pipeline/consent.js';
import type { Flaw } from './confirmation-token.js';

/** What the caller of a write is told about its consent. */

export const OUTDATED_UNDO: Warning = {
  code: 'undo_outdated',
  message:
    'This is not an undo as it was given, or something has changed since, so it needs a reason in the words of the user.',
};

export const REASON_MISSING: Warning = {
  code: 'override_reason_missing',
  message: 'The evidence does not support this, so it also needs override_reason.',
};

export const NO_DIALOG: Warning = {
  code: 'no_dialog',
  message:
    'The client accepted the question faster than a person can read it, so this does not count as consent. Nothing was changed.',
};

export const ONE_CALL: Warning = {
  code: 'one_call_only',
  message:
    'The sandbox of this call ends with it, so this token confirms nothing later. Start "posthog-experiments-mcp sandbox" and set POSTHOG_HOST to its address, or use --confirm off.',
};

function gateSentence({ gate }: Preview): string {
  return gate?.passes === false ? `The evidence does not support this: ${gate.because.join(' ')} ` : '';
}

export function howToConfirm(preview: Preview): Warning {
  const reason =
    preview.gate?.passes === false
      ? " and override_reason (the user's own reason; it is stored in the conclusion)"
      : '';
  const message = `Nothing has changed yet. ${gateSentence(preview)}Show the user what would happen; if they agree, call ${preview.tool} again with the same arguments${reason} and confirmation_token. Any other change of the arguments, a conclusion or a comment included, needs a new preview.`;
  return { code: codeOf(preview), message };
}

export function needsReason(preview: Preview): Warning {
  const message = `Nothing has changed yet. ${gateSentence(preview)}Call ${preview.tool} again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion), or conclude what the evidence supports.`;
  return { code: codeOf(preview), message };
}

function codeOf({ gate }: Preview): string {
  return gate?.passes === false ? 'gate_failed' : 'confirmation_required';
}

const FLAWS: Readonly<Record<Exclude<Flaw['kind'], 'moved'>, string>> = {
  invalid: 'The confirmation_token was not issued by this server for this PostHog key, or it was altered.',
  other_call: 'The confirmation_token was for another call: tool, arguments and project must be those of the preview.',
  expired: 'The confirmation_token is older than 10 minutes.',
  used: 'The confirmation_token was used already; each works once.',
  refused: 'The user refused this call after the preview, so its confirmation_token no longer works.',
};

/** What is wrong with a token, in one sentence. */
export function flawText(flaw: Flaw): string {
  if (flaw.kind !== 'moved') return FLAWS[flaw.kind];
  const parts = flaw.parts.filter((name) => name !== REVISION);
  return parts.length > 0 ? `This changed since the preview: ${parts.join(', ')}.` : UNSEEN;
}

export function flawWarning(flaw: Flaw): Warning {
  return flaw.kind === 'moved'
    ? { code: 'state_moved', message: `${flawText(flaw)} Nothing was done; this is a new preview.` }
    : { code: `token_${flaw.kind}`, message: `${flawText(flaw)} This is a new preview.` };
}

const UNSEEN = 'It was written to since the preview, although nothing shown here is different.';

/** Some clients answer by policy, without asking anybody, which nothing in the answer shows. */
const BY_POLICY =
  'If the client refused by its own policy and no person was asked, the user can start this server with --confirm token and confirm in the conversation.';

/** Nothing is confirmed while the store is down, and nothing is older than ten minutes. */
export const NOT_KEPT =
  ' The store that the replicas of this server share could not record this, so an earlier confirmation of this call may work again for up to 10 minutes once it is back.';

export function refusal(action: 'decline' | 'cancel', { tool, about }: Preview, note: string): ToolError {
  const [what, hint] =
    action === 'decline'
      ? ['declined', 'Do not call it again unless the user asks for it.']
      : ['closed without an answer', 'Ask the user whether they want it before you call it again.'];
  const message = `The question about ${tool} on ${about} was ${what}; nothing was changed.${note}`;
  return new ToolError('declined', message, `${hint} ${BY_POLICY}`);
}
