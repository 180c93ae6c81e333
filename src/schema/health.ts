import { z } from 'zod';
import { readRows, type Unreadable } from './odd-rows.js';

/** One finding of PostHog's own checks. Codes are open: newer builds may have others. */
const findingWire = z.looseObject({
  code: z.string(),
  subcode: z.string().nullish(),
  severity: z.string().nullish(),
  title: z.string(),
  detail: z.string().nullish(),
  evidence: z.record(z.string(), z.unknown()).nullish().catch(null),
});

export type HealthFinding = z.output<typeof findingWire>;

export interface Health {
  findings: HealthFinding[];
  /** What of it could not be read, in words. */
  problems: string[];
}

const healthWire = z.looseObject({ findings: z.array(z.unknown()) });

/** An experiment's `health`, which is null where PostHog's checks are off for the team, and absent in older builds. */
export function readHealth(health: unknown): Health {
  if ((health ?? null) === null) return { findings: [], problems: [] };
  const { data } = healthWire.safeParse(health);
  if (!data) return { findings: [], problems: ['not in a form that can be read'] };
  const { rows, unreadable } = readRows(data.findings, findingWire);
  return { findings: rows, problems: unreadable.map(problemText) };
}

function problemText({ position, problem }: Unreadable): string {
  return `finding ${position} cannot be read (${problem})`;
}

/** A finding of PostHog as answers show it: in PostHog's words, which are data. */
export const healthView = z.object({ code: z.string(), severity: z.string(), title: z.string() });

export type HealthView = z.output<typeof healthView>;

/** Title and detail as one line. */
export function viewHealth({ code, severity, title, detail }: HealthFinding): HealthView {
  return { code, severity: severity ?? 'unknown', title: [title, detail].filter(Boolean).join(': ') };
}
