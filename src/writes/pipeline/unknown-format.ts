import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { canonical } from '../../schema/canonical.js';
import { flagWire, hasUnknownFormat, UNKNOWN_FORMAT } from '../../schema/flag.js';
import type { AnyWriteTool, Plan } from '../../tool.js';

const onFlag = z.looseObject({ experiment: z.looseObject({ feature_flag: flagWire }) });
const leavesFlag = z.looseObject({ feature_flag: z.unknown() });

/**
 * The plan of a call on an experiment whose flag may be in a format that is not known: it may not change that flag, since
 * what would become of its users cannot be told.
 *
 * @throws ToolError `not_supported` where it would
 */
export function planUnlessUnknown(tool: AnyWriteTool, before: unknown, plan: () => Plan<unknown>): Plan<unknown> {
  const flag = onFlag.safeParse(before).data?.experiment.feature_flag;
  if (!flag || !hasUnknownFormat(flag)) return plan();
  if (tool.access !== 'write' && !tool.varies) throw notReadable();
  const { level = tool.access, ...planned } = withoutGuessing(plan);
  const after = leavesFlag.safeParse(planned.after).data?.feature_flag ?? flag;
  if (level !== 'write' || canonical(after) !== canonical(flag)) throw notReadable();
  return { level, ...planned };
}

/** A refusal that rests on variants which cannot be seen would mislead. */
function withoutGuessing(plan: () => Plan<unknown>): Plan<unknown> {
  try {
    return plan();
  } catch (error) {
    throw error instanceof ToolError ? notReadable() : error;
  }
}

function notReadable(): ToolError {
  return new ToolError(
    'not_supported',
    `The feature flag of this experiment is ${UNKNOWN_FORMAT}. Nothing was sent.`,
    'Make this change in PostHog itself, or with a newer version of this server. Texts, plans and metrics can still be changed here.',
    { next_tool: 'experiment-get' },
  );
}
