import type { EventStore, NewEvent } from '../events/store.js';
import type { Json } from '../events/table.js';
import type { WireAnswer } from '../http/http.js';
import { isObject } from '../store/json.js';
import { eventsOf, type Store } from '../store/store.js';
import { objectOf, projectOf, Refusal, type SdkRequest } from './request.js';
import { eventTime } from './time.js';

type Properties = Record<string, Json>;

/** Longer ones are cut. Source: PostHog behaviour. */
const MAX_DISTINCT_ID = 200;

/** Only what was parsed from JSON comes here. */
function isProperties(value: unknown): value is Properties {
  return isObject(value);
}

function propertiesOf(value: unknown): Properties {
  return isProperties(value) ? value : {};
}

function idOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_DISTINCT_ID) : '';
}

/** Older SDKs send what they say about the person beside the properties. */
function withTraits(raw: Record<string, unknown>): Properties {
  const properties = propertiesOf(raw.properties);
  const traits = (['$set', '$set_once'] as const).flatMap((key) =>
    isProperties(raw[key]) ? [[key, { ...propertiesOf(properties[key]), ...raw[key] }] as const] : [],
  );
  return { ...properties, ...Object.fromEntries(traits) };
}

/** When a request came, and when its sender says that it was sent. */
interface Arrival {
  now: number;
  sentAt: unknown;
}

/** Null for an event without a name or a distinct id, which PostHog drops. */
function newEvent(item: unknown, { now, sentAt }: Arrival): NewEvent | null {
  const raw = objectOf(item);
  const properties = withTraits(raw);
  const event = typeof raw.event === 'string' ? raw.event : '';
  const distinctId = idOf(raw.distinct_id ?? raw.$distinct_id ?? properties.distinct_id);
  if (event === '' || distinctId === '') return null;
  const { uuid, timestamp, offset } = raw;
  return {
    uuid: typeof uuid === 'string' ? uuid : undefined,
    event,
    distinctId,
    timestamp: eventTime({ timestamp, offset, sentAt: properties.$ignore_sent_at === true ? undefined : sentAt, now }),
    createdAt: now,
    properties,
  };
}

/** The event that newer experiments count, where PostHog has brought it to the project: ingestion makes it of a flag call. */
function exposureOf({ uuid: _, ...event }: NewEvent): NewEvent[] {
  const { $feature_flag_response: response } = event.properties;
  const isVariant = typeof response === 'string' && !['', 'true', 'false'].includes(response);
  return event.event === '$feature_flag_called' && isVariant ? [{ ...event, event: '$experiment_exposure' }] : [];
}

function store(projectId: number, incoming: readonly (NewEvent | null)[], rows: Store): void {
  const events = eventsOf(projectId, rows);
  const given = incoming.filter((event) => event !== null);
  const makesExposures = rows.projects.get(projectId)?.rollouts.includes('experiment-exposure-event') === true;
  const all = makesExposures ? given.flatMap((event) => [event, ...exposureOf(event)]) : given;
  for (const event of all) {
    if (!taken(event, events)) throw new Refusal(400, full(events.size));
  }
  const names = new Set(all.map(({ event }) => event));
  for (const name of names) rows.insertEvent(projectId, name).last_seen_at = rows.timestamp();
}

function taken(event: NewEvent, events: EventStore): boolean {
  try {
    return events.add(event);
  } catch (error) {
    // The stack is too small to write the value as text.
    if (error instanceof RangeError)
      throw new Refusal(400, `failed to parse request: ${event.event} is nested too deeply`);
    throw error;
  }
}

function full(size: number): string {
  return `The sandbox is full: it keeps ${size} events and takes no more. Start it again to empty it.`;
}

/** POST of one event, a list, or a batch. */
export function capture({ query, readBody, store: rows }: SdkRequest): WireAnswer {
  const body = readBody();
  const list: unknown[] | null = Array.isArray(body) ? body : null;
  const source = objectOf(list ? list[0] : body);
  const token = source.api_key ?? source.token ?? source.$token ?? propertiesOf(source.properties).token;
  const project = projectOf(token, rows);
  const batch: unknown[] = list ?? (Array.isArray(source.batch) ? source.batch : [source]);
  const arrival = { now: rows.now().getTime(), sentAt: source.sent_at ?? milliseconds(query.get('_')) };
  store(
    project.id,
    batch.map((item) => newEvent(item, arrival)),
    rows,
  );
  return { status: 200, body: { status: 1 } };
}

function milliseconds(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The newer way has options and ids of sessions beside the properties, and names the SDK in a header. */
function inOldForm(item: unknown, sdk: string): unknown {
  const { options, session_id, window_id, properties, ...event } = objectOf(item);
  const { process_person_profile: profile, disable_skew_correction: ignoresSentAt } = objectOf(options);
  const [lib, version] = sdk.split('/');
  const said = {
    $lib: lib || undefined,
    $lib_version: version,
    $session_id: session_id,
    $window_id: window_id,
    $process_person_profile: profile,
    $ignore_sent_at: ignoresSentAt,
  };
  const present = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...event, properties: { ...Object.fromEntries(present), ...objectOf(properties) } };
}

/** POST of the newer way, which has the token in a header and answers for each event. */
export function captureV1({ headers, readBody, store: rows }: SdkRequest): WireAnswer {
  const project = projectOf(headers.authorization?.match(/^Bearer\s+(\S+)\s*$/)?.[1], rows);
  const body = objectOf(readBody());
  const batch: unknown[] = Array.isArray(body.batch) ? body.batch : [];
  const arrival = { now: rows.now().getTime(), sentAt: headers['posthog-request-timestamp'] ?? body.created_at };
  const sdk = String(headers['posthog-sdk-info'] ?? '');
  const incoming = batch.map((item) => newEvent(inOldForm(item, sdk), arrival));
  store(project.id, incoming, rows);
  const results = batch.map((item, at) => {
    const dropped = { result: 'drop', details: 'The event has no name or no distinct_id.' };
    return [String(objectOf(item).uuid), incoming[at] ? { result: 'ok' } : dropped];
  });
  return { status: 200, body: { results: Object.fromEntries(results) } };
}
