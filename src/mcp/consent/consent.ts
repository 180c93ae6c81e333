import { ToolError } from '../../errors.js';
import type { Warning } from '../../tool.js';
import type { ConfirmMode, Consent, Decision, Preview } from '../../writes/pipeline/consent.js';
import { createTokens, type Flaw } from './confirmation-token.js';
import { questionText } from './question.js';

/** An answer that comes sooner was given by no person. Milliseconds. */
export const FASTEST_READER_MS = 300;

export interface ConsentOptions {
  mode: ConfirmMode;
  /** Shared by processes whose tokens are to be valid for each other. */
  secret: string | undefined;
  /** Each call is a process of its own, so that only a shared secret can confirm across calls. */
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
}

/** What a call brings along for its consent. */
export interface ConsentCall {
  token?: string | undefined;
  overrideReason?: string | undefined;
  /** Whether the client can show a dialog. */
  canAsk: boolean;
  answer?: DialogAnswer | undefined;
}

/** The consent of one process, for each of its calls. */
export type Consents = (call: ConsentCall) => Consent;

export function createConsents(options: ConsentOptions): Consents {
  const { mode, secret, oneCall = false, now = Date.now } = options;
  const tokens = createTokens({ secret, now });
  const crossesCalls = !oneCall || secret !== undefined;

  const previewed = (preview: Preview, warnings: readonly Warning[]): Decision => {
    if (mode === 'off') return { kind: 'preview', fields: {}, warnings: [...warnings, needsReason(preview)] };
    const { token, expires } = tokens.issue(preview);
    return {
      kind: 'preview',
      fields: { confirmation_token: token, expires_at: new Date(expires).toISOString() },
      warnings: [...warnings, howToConfirm(preview), ...(crossesCalls ? [] : [ONE_CALL])],
    };
  };

  /** The token way, or where a person can be asked, the dialog. */
  const show = (preview: Preview, call: ConsentCall, warnings: readonly Warning[]): Decision => {
    if (mode !== 'auto' || !call.canAsk) return previewed(preview, warnings);
    const needsReasonNow = lacksReason(preview, call.overrideReason);
    const message = questionText(preview, { notes: warnings, reason: call.overrideReason });
    return { kind: 'ask', question: { message, needsReason: needsReasonNow, state: tokens.issue(preview).token } };
  };

  const byDialog = (preview: Preview, call: DecidedCall, { action, reason, state }: DialogAnswer): Decision => {
    const age = tokens.ageOf(state);
    if (age !== null && age < FASTEST_READER_MS) return previewed(preview, [NO_DIALOG]);
    // A no is a no, whatever has moved since.
    if (action === 'decline') throw declined(preview);
    if (action === 'cancel') throw dismissed(preview);
    const flaw = tokens.flawOf(state, preview, call.acted);
    // A client that loses the state, or answers without the reason that the form requires, would do so for ever.
    if (flaw)
      return ASKED_ANEW.includes(flaw.kind)
        ? show(preview, call, [flawWarning(flaw)])
        : previewed(preview, [flawWarning(flaw)]);
    const overrideReason = call.overrideReason ?? reason;
    if (lacksReason(preview, overrideReason)) return previewed(preview, [REASON_MISSING]);
    tokens.spend(state);
    return { kind: 'act', overrideReason };
  };

  const byToken = (preview: Preview, call: DecidedCall, token: string): Decision => {
    const flaw = tokens.flawOf(token, preview, call.acted);
    if (flaw) return show(preview, call, [flawWarning(flaw)]);
    if (lacksReason(preview, call.overrideReason)) return previewed(preview, [REASON_MISSING]);
    tokens.spend(token);
    return { kind: 'act', overrideReason: call.overrideReason };
  };

  const decide = (preview: Preview, call: DecidedCall): Decision => {
    if (mode === 'off') {
      const lacks = lacksReason(preview, call.overrideReason);
      return lacks ? previewed(preview, []) : { kind: 'act', overrideReason: call.overrideReason };
    }
    if (call.answer) return byDialog(preview, call, call.answer);
    return call.token === undefined ? show(preview, call, []) : byToken(preview, call, call.token);
  };

  return (call) => {
    // A call is decided on again where PostHog refused it because of somebody else's change.
    let acted = false;
    return {
      asks: mode !== 'off',
      reason: call.overrideReason,
      decide: (preview) => {
        const decision = decide(preview, { ...call, acted });
        acted ||= decision.kind === 'act';
        return decision;
      },
    };
  };
}

interface DecidedCall extends ConsentCall {
  /** Whether it was let through before. */
  acted: boolean;
}

/** Flaws of a person's answer that another look at the question mends. */
const ASKED_ANEW: readonly Flaw['kind'][] = ['moved', 'expired'];

function lacksReason({ gate }: Preview, reason: string | undefined): boolean {
  return gate?.passes === false && !reason;
}

const REASON_MISSING: Warning = {
  code: 'override_reason_missing',
  message: 'The evidence does not carry this, so it needs override_reason as well.',
};

const NO_DIALOG: Warning = {
  code: 'no_dialog',
  message: 'The client answered the question before a person could have read it, so the answer does not count.',
};

const ONE_CALL: Warning = {
  code: 'one_call_only',
  message:
    'Each call from the shell is its own process, so this token is lost with it. Set POSTHOG_MCP_SECRET to the same text for both calls, or use --confirm off.',
};

function gateSentence({ gate }: Preview): string {
  return gate?.passes === false ? `The evidence does not carry this: ${gate.because.join(' ')} ` : '';
}

function howToConfirm(preview: Preview): Warning {
  const reason =
    preview.gate?.passes === false
      ? " and override_reason (the user's own reason; it is stored in the conclusion)"
      : '';
  const message = `Nothing has changed yet. ${gateSentence(preview)}Show the user what would happen; if they agree, call ${preview.tool} again with the same arguments${reason} and confirmation_token.`;
  return { code: codeOf(preview), message };
}

function needsReason(preview: Preview): Warning {
  const message = `Nothing has changed yet. ${gateSentence(preview)}Call ${preview.tool} again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion), or conclude what the evidence carries.`;
  return { code: codeOf(preview), message };
}

function codeOf({ gate }: Preview): string {
  return gate?.passes === false ? 'gate_failed' : 'confirmation_required';
}

const FLAWS: Readonly<Record<Exclude<Flaw['kind'], 'moved'>, string>> = {
  invalid: 'The confirmation_token is none of this server, or it was altered or made before a restart.',
  other_call: 'The confirmation_token was for another call: tool, arguments and project must be those of the preview.',
  expired: 'The confirmation_token is older than 10 minutes.',
  used: 'The confirmation_token was used already; each works once.',
};

function flawWarning(flaw: Flaw): Warning {
  if (flaw.kind !== 'moved')
    return { code: `token_${flaw.kind}`, message: `${FLAWS[flaw.kind]} This is a new preview.` };
  const message = `Since the preview something moved: ${flaw.parts.join(', ')}. Nothing was done; this is a new preview.`;
  return { code: 'state_moved', message };
}

function declined({ tool, about }: Preview): ToolError {
  const message = `The person was asked and declined ${tool} on ${about}; nothing was changed.`;
  const hint = 'That is their answer: do not call it again unless they ask for it.';
  return new ToolError('declined', message, hint);
}

function dismissed({ tool, about }: Preview): ToolError {
  const message = `The person closed the question about ${tool} on ${about} without an answer; nothing was changed.`;
  return new ToolError('declined', message, 'Ask them in the conversation whether they want it, before calling again.');
}
