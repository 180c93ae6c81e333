import { z } from 'zod';
import type { Tool } from '../../tool.js';
import { MAX_REASON } from '../../writes/pipeline/consent.js';

/** The longest token of ours is far below. Characters. */
const MAX_TOKEN = 4_000;

const confirmation_token = z.string().min(1).max(MAX_TOKEN).optional().describe('From preview');
const override_reason = z.string().trim().min(1).max(MAX_REASON).optional().describe('If gates fail');

/** Arguments beside a tool's own, by which its calls are confirmed. */
export function confirmingInput(tool: Tool): Record<string, z.ZodOptional<z.ZodString>> {
  if (tool.access === 'read') return {};
  const gated = tool.gated !== undefined;
  return {
    ...(gated || tool.access !== 'write' ? { confirmation_token } : {}),
    ...(gated ? { override_reason } : {}),
  };
}
