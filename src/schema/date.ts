import { z } from 'zod';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

const NOT_A_DATE = 'must be an ISO date such as 2026-11-01 or 2026-11-01T12:00:00Z';

/**
 * The moment as `2026-11-01T12:00:00Z`, with the fraction that was given; undefined for what is no date of the calendar.
 * Without a zone it is UTC, as PostHog takes it: never the zone of the machine that this runs on.
 */
export function utcTime(text: string): string | undefined {
  const [, date, time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined) return undefined;
  const clock = `${date}T${time}:${seconds}`;
  // Parsing rolls the 30th of February over to March.
  if (toSeconds(`${clock}Z`) !== clock) return undefined;
  const moment = toSeconds(`${clock}${zone}`);
  return moment && `${moment}${fraction}Z`;
}

function toSeconds(text: string): string | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, -'.000Z'.length);
}

/** An ISO date or date-time, as UTC. Checked here, since a published `format` is refused by some clients. */
export function dateTime(description: string) {
  return z
    .string()
    .transform((text, context) => {
      const time = utcTime(text);
      if (time !== undefined) return time;
      context.addIssue({ code: 'custom', message: NOT_A_DATE });
      return z.NEVER;
    })
    .describe(`${description}, ISO`);
}
