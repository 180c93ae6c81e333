import { ToolError } from '../../errors.js';
import { type SharedStore, unlessDown } from '../../replicas/store.js';
import { REVISION, type Warning } from '../../tool.js';
import type { ConfirmMode, Consent, Decision, Preview } from '../../writes/pipeline/consent.js';
import { createTokens, type Flaw, signingKey } from './confirmation-token.js';
import { questionText } from './question.js';
import { isMark, isMarkOf, markOf } from './undo-mark.js';

/**
 * An acceptance that arrives sooner was given by a program. People read at four to five words a second, so even the first
 * line of a question takes them two seconds; programs answer within milliseconds. Half of that, since turning away someone
 * who knows the question by heart costs one more call, and taking a program for a person changes what users see.
 * Milliseconds.
 */
export const FASTEST_READER_MS = 1_000;

export interface ConsentOptions {
  mode: ConfirmMode;
  /** What the operator signs tokens with; the PostHog key where left out. */
  secret?: string | undefined;
  /** PostHog's origin, and the key that the process itself calls it with. */
  upstream: { origin: string; key: string };
  store: SharedStore;
  /** The sandbox lives in this process, and the process in this call, so no later call finds what a token confirms. */
  oneCall?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** What a person answered in a dialog. */
export interface DialogAnswer {
  action: 'accept' | 'decline' | 'cancel';
  reason?: string | undefined;
  /** The question's `state`, as the client sent it back. */
  state: string;
  /** When the answer arrived, before anything else was done for the call. Milliseconds since 1970. */
  arrived: number;
}

/** What a call brings along for its consent. */
export interface ConsentCall {
  token?: string | undefined;
  overrideReason?: string | undefined;
  /** Whether the client can show a dialog. */
  canAsk: boolean;
  answer?: DialogAnswer | undefined;
  /** The caller's own PostHog key, where callers bring one. */
  key?: string | undefined;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** The consent of one process, for each of its calls. */
export type Consents = (call: ConsentCall) => Consent;

export function createConsents(options: ConsentOptions): Consents {
  const { secret, upstream } = options;
  return (given) => {
    const mark = isMark(given.overrideReason) ? given.overrideReason : undefined;
    const call = mark === undefined ? given : { ...given, overrideReason: undefined };
    const markKey = signingKey(secret ?? call.key ?? upstream.key, upstream.origin, 'undo marks');
    const consent = consentOf(options, call);
    // A call is decided on again where PostHog refused it because of somebody else's change.
    let acted = false;
    return {
      asks: options.mode !== 'off',
      reason: call.overrideReason,
      markOf: (move) => markOf(move, markKey),
      isMarked: (move) => mark !== undefined && isMarkOf(move, markKey, mark),
      decide: async (preview) => {
        const isOutdated = mark !== undefined && preview.gate?.passes === false;
        const notes = isOutdated ? [OUTDATED_UNDO] : [];
        const decision = await consent({ ...preview, warnings: [...notes, ...preview.warnings] }, acted);
        acted ||= decision.kind === 'act';
        return decision.kind === 'preview' ? { ...decision, warnings: [...notes, ...decision.warnings] } : decision;
      },
    };
  };
}

/** @param acted whether this call was let through before, so that it has spent its token itself */
type Decide = (preview: Preview, acted: boolean) => Promise<Decision>;

function consentOf(
  { mode, secret, upstream, store, oneCall, now = Date.now }: ConsentOptions,
  call: ConsentCall,
): Decide {
  const key = signingKey(secret ?? call.key ?? upstream.key, upstream.origin, 'confirmation tokens');
  const tokens = createTokens({ key, store, now });

  const previewed = (preview: Preview, warnings: readonly Warning[]): Decision => {
    if (mode === 'off') return { kind: 'preview', fields: {}, warnings: [...warnings, needsReason(preview)] };
    const { token, expires } = tokens.issue(preview, 'token', shownReason(preview, call));
    return {
      kind: 'preview',
      fields: { confirmation_token: token, expires_at: new Date(expires).toISOString() },
      warnings: [...warnings, howToConfirm(preview), ...(oneCall ? [ONE_CALL] : [])],
    };
  };

  /** The token way, or the dialog where a person can be asked. */
  const show = (preview: Preview, warnings: readonly Warning[]): Decision => {
    if (mode !== 'auto' || !call.canAsk) return previewed(preview, warnings);
    const needsReasonNow = lacksReason(preview, call.overrideReason);
    const message = questionText(preview, { notes: warnings, reason: call.overrideReason, redact: call.redact });
    const state = tokens.issue(preview, 'dialog', shownReason(preview, call)).token;
    return { kind: 'ask', question: { message, needsReason: needsReasonNow, state } };
  };

  const byDialog = async (preview: Preview, acted: boolean, answer: DialogAnswer): Promise<Decision> => {
    const { action, reason, state, arrived } = answer;
    if (action !== 'accept') {
      const isKept = await unlessDown(
        tokens.refuse(state, preview).then(() => true),
        false,
      );
      throw refusal(action, preview, isKept ? '' : NOT_KEPT);
    }
    const age = tokens.ageOf(state, arrived);
    if (age !== null && age < FASTEST_READER_MS) {
      await tokens.spend(state);
      return previewed(preview, [NO_DIALOG]);
    }
    const flaw = await tokens.flawOf(state, preview, {
      kind: 'dialog',
      spentHere: acted,
      reason: shownReason(preview, call),
    });
    // A client that loses the state, or answers without the reason that the form requires, would do so for ever.
    if (flaw)
      return ASKED_AGAIN.includes(flaw.kind)
        ? show(preview, [flawWarning(flaw)])
        : previewed(preview, [flawWarning(flaw)]);
    const overrideReason = call.overrideReason ?? (isMark(reason) ? undefined : reason);
    if (lacksReason(preview, overrideReason)) return previewed(preview, [REASON_MISSING]);
    if (!acted && !(await tokens.spend(state))) return previewed(preview, [flawWarning({ kind: 'used' })]);
    return { kind: 'act', overrideReason };
  };

  const byToken = async (preview: Preview, acted: boolean, token: string): Promise<Decision> => {
    const flaw = await tokens.flawOf(token, preview, {
      kind: 'token',
      spentHere: acted,
      reason: shownReason(preview, call),
    });
    if (flaw) return show(preview, [flawWarning(flaw)]);
    if (lacksReason(preview, call.overrideReason)) return previewed(preview, [REASON_MISSING]);
    if (!acted && !(await tokens.spend(token))) return show(preview, [flawWarning({ kind: 'used' })]);
    return { kind: 'act', overrideReason: call.overrideReason };
  };

  return async (preview, acted) => {
    if (mode === 'off') {
      const lacks = lacksReason(preview, call.overrideReason);
      return lacks ? previewed(preview, []) : { kind: 'act', overrideReason: call.overrideReason };
    }
    if (call.answer) return byDialog(preview, acted, call.answer);
    return call.token === undefined ? show(preview, []) : byToken(preview, acted, call.token);
  };
}

/** Flaws of an answer that the person can get past by looking at the question again. */
const ASKED_AGAIN: readonly Flaw['kind'][] = ['moved', 'expired'];

/** The reason that the preview shows, which is confirmed with it; none where the evidence supports the call anyway. */
function shownReason({ gate }: Preview, { overrideReason }: ConsentCall): string | undefined {
  return gate?.passes === false && overrideReason ? overrideReason : undefined;
}

function lacksReason({ gate }: Preview, reason: string | undefined): boolean {
  return gate?.passes === false && !reason;
}

const OUTDATED_UNDO: Warning = {
  code: 'undo_outdated',
  message:
    'This is not an undo as it was given, or something has changed since, so it needs a reason in the words of the user.',
};

const REASON_MISSING: Warning = {
  code: 'override_reason_missing',
  message: 'The evidence does not support this, so it also needs override_reason.',
};

const NO_DIALOG: Warning = {
  code: 'no_dialog',
  message:
    'The client accepted the question faster than a person can read it, so this does not count as consent. Nothing was changed.',
};

const ONE_CALL: Warning = {
  code: 'one_call_only',
  message:
    'The sandbox of this call ends with it, so this token confirms nothing later. Start "posthog-experiments-mcp sandbox" and set POSTHOG_HOST to its address, or use --confirm off.',
};

function gateSentence({ gate }: Preview): string {
  return gate?.passes === false ? `The evidence does not support this: ${gate.because.join(' ')} ` : '';
}

function howToConfirm(preview: Preview): Warning {
  const reason =
    preview.gate?.passes === false
      ? " and override_reason (the user's own reason; it is stored in the conclusion)"
      : '';
  const message = `Nothing has changed yet. ${gateSentence(preview)}Show the user what would happen; if they agree, call ${preview.tool} again with the same arguments${reason} and confirmation_token. Any other change of the arguments, a conclusion or a comment included, needs a new preview.`;
  return { code: codeOf(preview), message };
}

function needsReason(preview: Preview): Warning {
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

function flawWarning(flaw: Flaw): Warning {
  if (flaw.kind !== 'moved')
    return { code: `token_${flaw.kind}`, message: `${FLAWS[flaw.kind]} This is a new preview.` };
  const parts = flaw.parts.filter((name) => name !== REVISION);
  const what = parts.length > 0 ? `This changed since the preview: ${parts.join(', ')}.` : UNSEEN;
  const message = `${what} Nothing was done; this is a new preview.`;
  return { code: 'state_moved', message };
}

const UNSEEN = 'It was written to since the preview, although nothing shown here is different.';

/** Some clients answer by policy, without asking anybody, which nothing in the answer shows. */
const BY_POLICY =
  'If the client refused by its own policy and no person was asked, the user can start this server with --confirm token and confirm in the conversation.';

/** Nothing is confirmed while the store is down, and nothing is older than ten minutes. */
const NOT_KEPT =
  ' The store that the replicas of this server share could not record this, so an earlier confirmation of this call may work again for up to 10 minutes once it is back.';

function refusal(action: 'decline' | 'cancel', { tool, about }: Preview, note: string): ToolError {
  const [what, hint] =
    action === 'decline'
      ? ['declined', 'Do not call it again unless the user asks for it.']
      : ['closed without an answer', 'Ask the user whether they want it before you call it again.'];
  const message = `The question about ${tool} on ${about} was ${what}; nothing was changed.${note}`;
  return new ToolError('declined', message, `${hint} ${BY_POLICY}`);
}
