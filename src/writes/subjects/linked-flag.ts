import { ToolError } from '../../errors.js';
import { findFlag } from '../../reads/find.js';
import { allOnFlag } from '../../reads/snapshot.js';
import { isLive, statusOf } from '../../schema/experiment.js';
import type { Flag } from '../../schema/flag.js';
import { idAndName, quoted } from '../../schema/quote.js';
import { servedText } from '../../serving/serving.js';
import type { CallContext, Warning } from '../../tool.js';

/**
 * Null where there is none, undefined where this API key may not read flags. It can still create: PostHog then decides
 * alone, and its 400 says what was there.
 */
export async function flagBefore(key: string, context: CallContext): Promise<Flag | null | undefined> {
  try {
    return await findFlag(key, context);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'missing_scope') return undefined;
    throw error;
  }
}

/**
 * Says that a new experiment gets a flag that was there, what that flag does, and whom else it serves. Read before the
 * write: a read that fails after it would make a write that worked look like one that failed.
 */
export async function linkedWarnings(flag: Flag, context: CallContext): Promise<Warning[]> {
  const others = await allOnFlag(flag.id, context);
  const shared = others.map((other) => idAndName(other)).join(', ');
  const live = others.filter(isLive).map((other) => `${idAndName(other)} (${statusOf(other)})`);
  const state = flag.active ? `It is on: ${servedText(flag)} already` : 'It is off';
  return [
    ...(live.length > 0
      ? [
          {
            code: 'shared_flag',
            message: `The flag is in use by ${live.join(', ')}: launching, pausing or shipping the new experiment reaches them too. For a test of its own choose another feature_flag_key.`,
          },
        ]
      : []),
    {
      code: 'linked_existing_flag',
      message: `No flag was made: ${quoted(flag.key)} existed and was linked as it is. ${state}.${shared ? ` It also serves ${shared}.` : ''}`,
    },
  ];
}
