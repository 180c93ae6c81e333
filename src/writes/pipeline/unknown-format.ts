import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { canonical } from '../../schema/canonical.js';
import { flagProblem, flagWire } from '../../schema/flag.js';
import type { AnyWriteTool, Plan } from '../../tool.js';

const onExperiment = z.looseObject({
  experiment: z.looseObject({
    feature_flag: flagWire.nullish().catch(null),
    unreadable: z.array(z.string()).optional(),
  }),
});
const leavesFlag = z.looseObject({ feature_flag: z.unknown() });

/**
 * The plan of a call on an experiment whose flag may not be understood: it may not change that flag, since what would become
 * of its users cannot be told. An experiment with unreadable parts of its own is not changed at all: PostHog takes lists whole,
 * so what cannot be read would be lost.
 *
 * @throws ToolError `not_supported` where it would
 */
export function planUnlessUnknown(tool: AnyWriteTool, before: unknown, plan: () => Plan<unknown>): Plan<unknown> {
  const { experiment } = onExperiment.safeParse(before).data ?? {};
  if (experiment?.unreadable)
    throw notReadable(`This experiment holds what cannot be read: ${experiment.unreadable.join('; ')}`);
  const flag = experiment?.feature_flag;
  const problem = flag ? flagProblem(flag) : undefined;
  if (problem === undefined) return plan();
  const refusal = notReadable(`The feature flag of this experiment is ${problem}`);
  if (tool.access !== 'write' && !tool.varies) throw refusal;
  const { level = tool.access, ...planned } = withoutGuessing(plan, refusal);
  const after = leavesFlag.safeParse(planned.after).data?.feature_flag ?? flag;
  if (level !== 'write' || canonical(after) !== canonical(flag)) throw refusal;
  return { level, ...planned };
}

/** A refusal that rests on variants which cannot be seen would mislead. */
function withoutGuessing(plan: () => Plan<unknown>, refusal: ToolError): Plan<unknown> {
  try {
    return plan();
  } catch (error) {
    throw error instanceof ToolError ? refusal : error;
  }
}

function notReadable(why: string): ToolError {
  return new ToolError(
    'not_supported',
    `${why}. Nothing was sent.`,
    'Make this change in PostHog itself, or with a newer version of this server. What does not touch these parts can still be changed here.',
    { next_tool: 'experiment-get' },
  );
}
