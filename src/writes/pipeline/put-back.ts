import { z } from 'zod';
import type { Claim } from '../../schema/claim.js';
import { experimentWire } from '../../schema/experiment.js';
import type { FlagSharer, Undo } from '../../tool.js';
import { EXPERIMENTS } from '../subjects/experiment.js';
import { claimsOf, verdictClaimOf } from './claims.js';
import type { Write, WriteContext } from './types.js';

/** Tools that an undo can name and whose claims the evidence has to support. */
const GATED: readonly string[] = ['experiment-update', 'feature-flag-restore'];

/**
 * An undo puts back what stood there, whatever the evidence says. Where that would be a claim, the undo holds a mark that is
 * signed for the state it leads from and the one it leads to. Nothing else excuses a claim.
 */
export function withMark(undo: Undo, write: Write, after: unknown, context: WriteContext): Undo {
  const stood = knownBefore.safeParse(write.before).data;
  const left = experimentWire.safeParse(after).data;
  if (!('tool' in undo) || !GATED.includes(undo.tool) || !stood || !left) return undo;
  const before = { experiment: left, sharers: stood.sharers };
  const plan = { effects: NO_EFFECTS, after: stood.experiment, claims: verdictClaimOf(stood.experiment, left) };
  const claims = claimsOf({ tool: { gated: 'plain' }, before, plan });
  if (claims.length === 0) return undo;
  const excused = { tool: undo.tool, claims };
  const override_reason = context.consent.markOf(
    moveOf(before, stood.experiment, { excused, project: context.project }),
  );
  return { ...undo, arguments: { ...undo.arguments, override_reason } };
}

/** Whether the call holds the mark of an undo that leads from the state it finds to the one it would leave, by these claims. */
export function isMarkedUndo(
  { tool, before, plan }: Write,
  claims: readonly Claim[],
  { consent, project }: WriteContext,
): boolean {
  const found = knownBefore.safeParse(before).data;
  const next = judged.safeParse(plan.after).data;
  if (!found || !next) return false;
  const experiment = experimentWire.parse(found.experiment);
  const excused = { tool: tool.name, claims };
  return consent.isMarked(moveOf({ experiment, sharers: found.sharers }, next, { excused, project }));
}

const NO_EFFECTS = { users: '', analysis: '' };

/** What gates look at. A prediction has `NOW` where PostHog will set a time, so the rest is not parsed. */
const judged = z.looseObject({
  conclusion: z.string().nullish(),
  conclusion_comment: z.string().nullish(),
  feature_flag: z.looseObject({ filters: z.unknown() }).nullish(),
});

const sharer = z.looseObject({ id: z.number(), name: z.string(), status: z.string() });
const knownBefore = z.looseObject({ experiment: judged, sharers: z.array(sharer) });

interface From {
  experiment: z.output<typeof experimentWire>;
  sharers: readonly FlagSharer[];
}

/** A mark excuses no claim beside those of its undo: a verdict that stood there says nothing of a launch. */
interface Excusing {
  excused: { tool: string; claims: readonly Claim[] };
  project: number;
}

function moveOf(from: From, to: z.output<typeof judged>, { excused, project }: Excusing): unknown {
  const { conclusion, conclusion_comment, feature_flag: flag } = to;
  return {
    project,
    excused,
    id: from.experiment.id,
    from: EXPERIMENTS.shown(from),
    to: [conclusion ?? null, conclusion_comment ?? '', flag?.filters ?? null],
  };
}
