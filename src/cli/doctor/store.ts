import { ToolError } from '../../errors.js';
import type { SharedStore } from '../../replicas/store.js';
import type { Check } from './checks.js';

/** Counting needs most of what the store has to allow: reading, writing, scripts and the clock. */
export async function storeCheck(store: SharedStore | undefined): Promise<Check> {
  if (store === undefined) return { check: 'store', status: 'skipped', says: 'none is shared (--store URL)' };
  try {
    await store.take('doctor', { limit: 1, windowMs: 1_000 });
    return { check: 'store', status: 'ok', says: 'the shared store answers' };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const remedy = 'Start it, or set --store or POSTHOG_MCP_STORE to one that this machine reaches and may write to.';
    return { check: 'store', status: 'problem', says: error.message, remedy };
  }
}
