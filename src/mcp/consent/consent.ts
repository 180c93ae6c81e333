import { type SharedStore, unlessDown } from '../../replicas/store.js';
import type { Warning } from '../../tool.js';
import type { ConfirmMode, Consent, Decision, Preview } from '../../writes/pipeline/consent.js';
import { createTokens, type Flaw, signingKey, type TokenKind } from './confirmation-token.js';
import {
  flawText,
  flawWarning,
  howToConfirm,
  NO_DIALOG,
  NOT_KEPT,
  needsReason,
  ONE_CALL,
  OUTDATED_UNDO,
  REASON_MISSING,
  refusal,
} from './consent-words.js';
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

  const flawOf = (token: string, kind: TokenKind, preview: Preview, acted: boolean) =>
    tokens.flawOf(token, preview, { kind, spentHere: acted, reason: shownReason(preview, call) });

  /** What was wrong with the token that the call came with: the question said so, but perhaps nobody read it. */
  const earlierFlaws = async (preview: Preview, acted: boolean): Promise<Flaw[]> => {
    const flaw = call.token === undefined ? null : await flawOf(call.token, 'token', preview, acted);
    return flaw ? [flaw] : [];
  };

  const byDialog = async (preview: Preview, acted: boolean, answer: DialogAnswer): Promise<Decision> => {
    const { action, reason, state, arrived } = answer;
    const earlier = await earlierFlaws(preview, acted);
    if (action !== 'accept') {
      const isKept = await unlessDown(
        tokens.refuse(state, preview).then(() => true),
        false,
      );
      throw refusal(action, preview, [...earlier.map((flaw) => ` ${flawText(flaw)}`), isKept ? '' : NOT_KEPT].join(''));
    }
    const age = tokens.ageOf(state, arrived);
    if (age !== null && age < FASTEST_READER_MS) {
      await tokens.spend(state);
      return previewed(preview, [...earlier.map(flawWarning), NO_DIALOG]);
    }
    const flaw = await flawOf(state, 'dialog', preview, acted);
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
    const flaw = await flawOf(token, 'token', preview, acted);
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
