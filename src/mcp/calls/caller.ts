/** What a caller may do: read changes nothing, write changes nobody's product, live is everything. */
export const ROLES = ['read', 'write', 'live'] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a call, where that is not the one user of this process. */
export interface Caller {
  /** Tells callers apart in confirmations, sessions and limits; holds no secret. */
  id: string;
  /** As the journal names them. */
  name: string;
  role: Role;
  /** The caller's own PostHog key, for this one request. */
  key?: string;
}

/** Whether a role is enough where `needed` is the least. */
export function reaches(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
