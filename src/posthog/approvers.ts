import { z } from 'zod';
import { plainOrQuoted } from '../schema/quote.js';

const id = z.union([z.number(), z.string().min(1)]);
const named = z.looseObject({ id: id.optional(), name: z.string().optional(), email: z.string().optional() });
const person = named.extend({ first_name: z.string().optional(), last_name: z.string().optional() });
const list = z.array(z.union([id, person])).catch([]);

/** PostHog names the people and roles of a policy by id; other builds may send them whole. */
const wire = z.looseObject({
  quorum: z.number().int().positive().optional().catch(undefined),
  users: list,
  roles: list,
});

type Entry = z.output<typeof list>[number];

function nameOf(entry: Entry): string {
  if (typeof entry === 'number') return String(entry);
  if (typeof entry === 'string') return plainOrQuoted(entry);
  const whole = [entry.first_name, entry.last_name].filter(Boolean).join(' ');
  return nameOf(whole || entry.name || entry.email || (entry.id ?? 'unnamed'));
}

function listed(one: string, many: string, entries: readonly Entry[]): string[] {
  const names = entries.map(nameOf);
  if (names.length === 0) return [];
  const last = names.at(-1);
  return [names.length === 1 ? `${one} ${last}` : `${many} ${names.slice(0, -1).join(', ')} or ${last}`];
}

/** `2 approvals, by users 1 or 2 or role Leads`; undefined where nothing is said that could be understood. */
export function approversInWords(value: unknown): string | undefined {
  const parsed = wire.safeParse(value);
  if (!parsed.success) return undefined;
  const { quorum, users, roles } = parsed.data;
  const who = [...listed('user', 'users', users), ...listed('role', 'roles', roles)].join(' or ');
  const approvals = quorum === 1 || quorum === undefined ? 'an approval' : `${quorum} approvals`;
  if (who === '') return quorum === undefined ? undefined : approvals;
  return `${approvals} by ${who}`;
}
