import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { MAX_REASON, type Question } from '../../writes/pipeline/consent.js';
import type { DialogAnswer } from '../consent/consent.js';
import type { CallRequest } from './call-tool.js';

/** Name of our one question among the inputs that a call can ask for. */
const KEY = 'confirm';
const REASON = 'override_reason';

/**
 * What the client's person said to the question of the round before; undefined where the client cannot ask. Clients of
 * 2025 said what they can when they connected, newer ones say it with each request.
 * @param arrived when the request arrived, milliseconds since 1970
 */
export function dialogOf(
  { mcpReq }: ServerContext,
  declared: ClientCapabilities | undefined,
  arrived: number,
): CallRequest['dialog'] | undefined {
  const perRequest: unknown = Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY);
  if (!asksByForm(perRequest ?? declared)) return undefined;
  const state: unknown = mcpReq.requestState();
  return { answer: typeof state === 'string' ? answerOf(mcpReq.inputResponses?.[KEY], { state, arrived }) : undefined };
}

/** An empty capability means forms, as the first revision with elicitation had nothing else. */
function asksByForm(capabilities: unknown): boolean {
  const elicitation: unknown = Reflect.get(Object(capabilities), 'elicitation');
  if (elicitation === null || typeof elicitation !== 'object') return false;
  return 'form' in elicitation || !('url' in elicitation);
}

function answerOf(response: unknown, round: Pick<DialogAnswer, 'state' | 'arrived'>): DialogAnswer | undefined {
  const action: unknown = Reflect.get(Object(response), 'action');
  if (action !== 'accept' && action !== 'decline' && action !== 'cancel') return undefined;
  const reason: unknown = Reflect.get(Object(Reflect.get(Object(response), 'content')), REASON);
  return {
    action,
    ...round,
    ...(typeof reason === 'string' && reason.trim() !== '' ? { reason: bounded(reason.trim()) } : {}),
  };
}

/** Not every client holds people to the length that the form allows. */
function bounded(reason: string): string {
  return reason.length <= MAX_REASON ? reason : `${reason.slice(0, MAX_REASON - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The dialog: a yes is an acceptance, so that only a reason has to be typed, where one is needed. */
export function inputRequiredFor({ message, needsReason, state }: Question): InputRequiredResult {
  const reason = {
    type: 'string' as const,
    title: 'Reason',
    description: 'Why this is right although the evidence does not support it. It is stored in the conclusion.',
    minLength: 1,
    maxLength: MAX_REASON,
  };
  return inputRequired({
    inputRequests: {
      [KEY]: inputRequired.elicit({
        message,
        requestedSchema: {
          type: 'object',
          properties: needsReason ? { [REASON]: reason } : {},
          ...(needsReason ? { required: [REASON] } : {}),
        },
      }),
    },
    requestState: state,
  });
}
