import type { NewEvent } from '../../src/sandbox/events/store.js';
import type { Json } from '../../src/sandbox/events/table.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { eventsOf } from '../../src/sandbox/store/store.js';
import { NOW } from './world.js';

export type Properties = Record<string, Json>;

/** One event of a person, so many days before now. */
export interface Deed {
  event: string;
  daysAgo: number;
  id: string;
  properties?: Properties;
}

/** Events as if SDKs had sent them. Their order is that of time, as it is in a project. */
export function send(sandbox: Sandbox, deeds: readonly Deed[]): void {
  const events = eventsOf(sandbox.projectId, sandbox.store);
  for (const { event, daysAgo, id, properties = {} } of deeds.toSorted((a, b) => b.daysAgo - a.daysAgo)) {
    const timestamp = NOW.getTime() - daysAgo * 86_400_000;
    const added: NewEvent = { event, distinctId: id, timestamp, createdAt: timestamp, properties };
    if (!events.add(added)) throw new Error('The sandbox holds no more events.');
  }
}

/** What an SDK sends when it asks for a flag. */
export function asked(flag: string, variant: string | boolean | null, properties: Properties = {}): Properties {
  return { $feature_flag: flag, $feature_flag_response: variant, [`$feature/${flag}`]: variant, ...properties };
}
