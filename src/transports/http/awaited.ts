import { isJSONRPCResponse, type RequestId } from '@modelcontextprotocol/server';
import { cancelledIds, requestIds } from './body.js';
import { INVALID_REQUEST, type Refusal } from './refusal.js';
import type { Hold } from './work.js';

/** The requests of one session or stream whose answers are awaited, by the ids that the client gave them. */
export interface Awaited {
  /**
   * Takes in what the client posted. An id that is awaited already is refused, as the protocol demands: the second request
   * would take the place of the first, whose end would then be missed.
   */
  begin(body: unknown, hold: Hold): Refusal | null;
  /** Takes back what `begin` took in, since the client was refused. */
  forget(body: unknown): void;
  /** Awaited requests that the body cancels; the SDK answers them no more. */
  cancelledBy(body: unknown): RequestId[];
  settle(id: RequestId): void;
  /** The client is gone, and waits for nothing. */
  end(): void;
}

const IN_WORK: Refusal = {
  status: 400,
  code: INVALID_REQUEST,
  message: 'Invalid request: a request with this id is in work; give each request an id of its own.',
};

/** @param transport whose answers end the wait; a failure to send ends it as well */
export function createAwaited<Message extends object, Options>(transport: {
  send(message: Message, options?: Options): Promise<void>;
}): Awaited {
  const releases = new Map<RequestId, () => void>();
  const settle = (id: RequestId) => {
    releases.get(id)?.();
    releases.delete(id);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    try {
      await send(message, options);
    } finally {
      if (isJSONRPCResponse(message) && message.id !== undefined) settle(message.id);
    }
  };
  return {
    begin: (body, hold) => {
      const ids = requestIds(body);
      if (ids.some((id) => releases.has(id))) return IN_WORK;
      for (const id of ids) releases.set(id, hold());
      return null;
    },
    forget: (body) => {
      for (const id of requestIds(body)) settle(id);
    },
    cancelledBy: (body) => cancelledIds(body).filter((id) => releases.has(id)),
    settle,
    end: () => {
      for (const id of [...releases.keys()]) settle(id);
    },
  };
}
