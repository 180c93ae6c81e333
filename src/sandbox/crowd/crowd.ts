import type { NewEvent } from '../events/store.js';
import type { Json } from '../events/table.js';
import { isObject } from '../store/json.js';
import type { ExperimentRow, FlagRow, JsonObject, MetricData, PeopleData } from '../store/model.js';
import { type Deed, deedsFor, type Sums } from './deeds.js';
import { chance, traitsOf } from './traits.js';

const SECOND = 1_000;
const WEEK = 7 * 86_400 * SECOND;
const MULTIPLE = '$multiple';

export interface CrowdOf {
  row: ExperimentRow;
  flag: FlagRow;
  metrics: readonly JsonObject[];
  /** What exposes where the experiment names no event. */
  defaultEvent: string;
  testFilters: readonly JsonObject[];
  now: number;
}

interface Person {
  id: string;
  variant: string;
  traits: Record<string, Json>;
  deeds: readonly Deed[];
}

type Properties = Record<string, Json>;

/** Sums of steps are lists, and told by the funnel's own sum. */
function sumsOf(data: MetricData = {}): Sums {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, sum]) => (typeof sum === 'number' ? [[name, sum] as const] : [])),
  );
}

/** Makes up the events of one experiment, so that they come to what its scenario states. The same in every run. */
class Crowd {
  readonly #of: CrowdOf;
  readonly #from: number;
  readonly #until: number;
  readonly #events: NewEvent[] = [];

  constructor(of: CrowdOf) {
    this.#of = of;
    this.#from = Date.parse(of.row.start_date ?? '');
    this.#until = of.row.end_date === null ? of.now : Math.min(of.now, Date.parse(of.row.end_date));
  }

  events(): NewEvent[] {
    const { several_by: severalBy = 'device' } = this.#people;
    for (const person of this.#exposed()) this.#plays(person);
    for (const id of this.#ids('several', this.#stated(MULTIPLE))) this.#playsTwice(id, severalBy);
    this.#bystanders();
    return this.#events.sort((a, b) => a.timestamp - b.timestamp);
  }

  get #people(): PeopleData {
    return this.#of.row.data.people ?? {};
  }

  get #keys(): string[] {
    return (this.#of.flag.filters.multivariate?.variants ?? []).map(({ key }) => key);
  }

  #stated(variant: string): number {
    const { exposures, metrics } = this.#of.row.data;
    const samples = Object.values(metrics).map((rows) => Number(rows[variant]?.number_of_samples ?? 0));
    return exposures[variant] ?? Math.max(0, ...samples);
  }

  #ids(kind: string, count: number): string[] {
    return Array.from({ length: count }, (_, at) => `${this.#of.flag.key}-${kind}-${at + 1}`);
  }

  *#exposed(): Generator<Person> {
    const { metrics, row } = this.#of;
    const segment = this.#people.mismatch_in;
    const inside = segment ? this.#insideSegment() : new Map<string, number>();
    for (const variant of this.#keys) {
      const deeds = metrics.map(
        (metric) => deedsFor(metric, sumsOf(row.data.metrics[String(metric.uuid)]?.[variant])) ?? [],
      );
      const inSegment = inside.get(variant) ?? 0;
      for (const [at, id] of this.#ids(variant, this.#stated(variant)).entries()) {
        const traits = traitsOf(id, segment && { ...segment, inside: at < inSegment });
        // Turned by the place of the metric, so that not the same people do everything.
        const own = deeds.flatMap(
          (all, metric) => all[(at + metric * 7) % Math.max(all.length, this.#stated(variant))] ?? [],
        );
        yield { id, variant, traits, deeds: own };
      }
    }
  }

  /** A third of the people that the split would give are in the segment, less those whom it lacks. */
  #insideSegment(): Map<string, number> {
    const variants = this.#of.flag.filters.multivariate?.variants ?? [];
    const scale = Math.max(
      ...variants.map(({ key, rollout_percentage: share }) => (share > 0 ? this.#stated(key) / share : 0)),
    );
    return new Map(
      variants.map(({ key, rollout_percentage: share }) => {
        const outside = Math.round((scale * share * 2) / 3);
        return [key, Math.max(0, this.#stated(key) - outside)];
      }),
    );
  }

  #add(event: string, distinctId: string, timestamp: number, properties: Properties): void {
    this.#events.push({ event, distinctId, timestamp, createdAt: timestamp, properties });
  }

  #exposureTime(id: string, deeds: readonly Deed[]): number {
    const longest = Math.max(0, ...deeds.map(({ from }) => from));
    const room = Math.max(0, this.#until - this.#from - longest - 4 * SECOND);
    return this.#from + 2 * SECOND + chance(`time of ${id}`) * room;
  }

  #call(id: string, variant: string | null, at: number, traits: Properties): void {
    const { flag, row, defaultEvent } = this.#of;
    const config = isObject(row.exposure_criteria?.exposure_config) ? row.exposure_criteria.exposure_config : {};
    const event = typeof config.event === 'string' ? config.event : defaultEvent;
    const answer: Properties =
      variant === null ? {} : { $feature_flag_response: variant, [`$feature/${flag.key}`]: variant };
    this.#add(event, id, at, { ...traits, $feature_flag: flag.key, ...answer });
    if (event !== defaultEvent)
      this.#add(defaultEvent, id, at, { ...traits, $feature_flag: flag.key, $feature_flag_response: variant ?? false });
  }

  #plays({ id, variant, traits, deeds }: Person): void {
    const at = this.#exposureTime(id, deeds);
    this.#add('$pageview', id, at - SECOND, traits);
    this.#call(id, variant, at, traits);
    const whens = deeds
      .map(({ from, to }, number) => {
        const latest = Math.min(at + to, this.#until);
        return at + from + Math.max(0, latest - at - from) * chance(`${number} of ${id}`) * 0.98;
      })
      .sort((a, b) => a - b);
    for (const [number, { event, properties }] of deeds.entries())
      this.#add(event, id, whens[number] ?? at, { ...traits, ...properties });
  }

  /** One person in two variants, as the scenario says it came. */
  #playsTwice(id: string, by: NonNullable<PeopleData['several_by']>): void {
    const [first = '', second = first] = this.#keys;
    const traits = traitsOf(id);
    const at = this.#exposureTime(id, [{ event: '', properties: {}, from: 60 * SECOND, to: 0 }]);
    const later = at + 30 * SECOND;
    const login = by === 'login';
    this.#call(id, first, at, login ? { ...traits, $is_identified: false } : traits);
    if (login) this.#add('$identify', `${id}-user`, at + SECOND, { ...traits, $anon_distinct_id: id });
    if (login) this.#call(`${id}-user`, second, later, { ...traits, $is_identified: true });
    else this.#call(id, second, later, by === 'device' ? { ...traits, $device_id: `phone-${id}` } : traits);
  }

  /** People who are not among the stated exposures, by the share of those who are. */
  #bystanders(): void {
    const {
      internal_percent: internal = 0,
      without_variant_percent: without = 0,
      visitors_percent: visitors = 0,
      visitors_before_percent: earlier = 0,
    } = this.#people;
    const all = this.#keys.reduce((sum, key) => sum + this.#stated(key), 0);
    const share = (kind: string, percent: number) => this.#ids(kind, Math.round((all * percent) / 100)).entries();
    const failing = failingProperties(this.#of.testFilters);
    for (const [at, id] of share('internal', internal)) {
      const variant = this.#keys[at % this.#keys.length] ?? null;
      if (failing) this.#call(id, variant, this.#exposureTime(id, []), { ...traitsOf(id), ...failing });
    }
    for (const [, id] of share('without', without)) this.#call(id, null, this.#exposureTime(id, []), traitsOf(id));
    for (const [, id] of share('visitor', visitors))
      this.#add('$pageview', id, this.#exposureTime(id, []), traitsOf(id));
    for (const [, id] of share('early', earlier))
      this.#add('$pageview', id, this.#from - SECOND - chance(`time of ${id}`) * WEEK, traitsOf(id));
  }
}

/** Properties that the filters for test accounts keep out; null where they cannot be made up. */
function failingProperties(filters: readonly JsonObject[]): Properties | null {
  for (const { key, operator, value, type } of filters) {
    const [first] = Array.isArray(value) ? value : [value];
    if (type === 'event' && typeof key === 'string' && (operator === 'is_not' || operator === 'not_icontains'))
      return { [key]: String(first) };
  }
  return null;
}

/** Events that come to the numbers that a scenario states of an experiment. Empty for drafts and where nothing is stated. */
export function crowdOf(of: CrowdOf): NewEvent[] {
  const { data, start_date: start } = of.row;
  const isStated = Object.keys(data.exposures).length > 0 || Object.keys(data.metrics).length > 0;
  return start === null || !isStated ? [] : new Crowd(of).events();
}
