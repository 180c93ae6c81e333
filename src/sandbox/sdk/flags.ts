import { type Evaluation, evaluate, type ReasonCode, type Subject } from '../evaluation/evaluate.js';
import type { WireAnswer } from '../http/http.js';
import type { FlagRow, ProjectRow } from '../store/model.js';
import { eventsOf, type Store } from '../store/store.js';
import { objectOf, projectOf, Refusal, type SdkRequest } from './request.js';

type Evaluated = readonly [flag: FlagRow, evaluation: Evaluation];

const DESCRIPTIONS: Readonly<Record<ReasonCode, string>> = {
  condition_match: 'Matched condition set',
  no_condition_match: 'No matching condition set',
  out_of_rollout_bound: 'Out of rollout bound',
  no_group_type: 'No group type',
  super_condition_value: 'Super condition value',
  holdout_condition_value: 'Holdout condition value',
  flag_disabled: 'Feature flag is disabled',
};

function distinctIdOf({ distinct_id, $distinct_id }: Record<string, unknown>): string {
  const id = distinct_id ?? $distinct_id;
  if (typeof id !== 'string' && typeof id !== 'number') {
    throw new Refusal(400, 'The distinct_id field is missing from the request. Please include a valid identifier.');
  }
  if (id === '') throw new Refusal(400, 'The distinct_id field cannot be empty. Please provide a valid identifier.');
  return String(id);
}

/** What the caller states counts before what is stored. */
function subjectOf(body: Record<string, unknown>, project: ProjectRow, store: Store): Subject {
  const { people, groups } = eventsOf(project.id, store);
  const distinctId = distinctIdOf(body);
  const person = people.find(distinctId);
  const stored = person === undefined ? {} : people.traits(person);
  const properties = { ...stored, ...objectOf(body.person_properties) };
  const deviceId = body.$device_id ?? properties.$device_id;
  const named = Object.entries(objectOf(body.groups)).flatMap(([type, id]) => {
    const index = groups.types.indexOf(type);
    const key = String(id);
    const stated = objectOf(objectOf(body.group_properties)[type]);
    return index === -1 ? [] : [[index, { key, properties: { ...groups.traits(index, key), ...stated } }] as const];
  });
  const uuid = person === undefined ? '' : people.uuid(person);
  return {
    distinctId,
    deviceId: typeof deviceId === 'string' && deviceId !== '' ? deviceId : undefined,
    properties,
    groups: new Map(named),
    isInCohort: (id) => store.cohorts.get(Number(id))?.members?.has(uuid) ?? false,
    now: store.now(),
  };
}

/** Flags of the project that the caller wants; PostHog leaves out those that are off or deleted. */
function wantedFlags(body: Record<string, unknown>, project: ProjectRow, store: Store): FlagRow[] {
  const { flag_keys_to_evaluate: keys, evaluation_contexts: contexts, evaluation_runtime: runtime } = body;
  const isIn = (list: unknown, value: string) => !Array.isArray(list) || list.includes(value);
  return [...store.flags.values()].filter(
    (flag) =>
      flag.project_id === project.id &&
      flag.active &&
      !flag.deleted &&
      isIn(keys, flag.key) &&
      (flag.evaluation_contexts.length === 0 || flag.evaluation_contexts.some((context) => isIn(contexts, context))) &&
      (typeof runtime !== 'string' || ['all', runtime].includes(flag.evaluation_runtime)),
  );
}

function details([flag, { value, reason, condition, payload }]: Evaluated, store: Store): object {
  const description = DESCRIPTIONS[reason];
  const isMatch = reason === 'condition_match' && condition !== null;
  return {
    key: flag.key,
    enabled: value !== false,
    variant: typeof value === 'string' ? value : null,
    reason: {
      code: reason,
      condition_index: condition,
      description: isMatch ? `${description} ${condition + 1}` : description,
    },
    metadata: {
      id: flag.id,
      version: flag.version,
      description: flag.name,
      payload,
      has_experiment: store.experimentsOfFlag(flag.id).length > 0,
    },
  };
}

/** Which form of answer a caller reads: of old SDKs, only the values. */
function inForm(form: string, evaluated: readonly Evaluated[], store: Store): object {
  if (form === 'details') {
    return { flags: Object.fromEntries(evaluated.map((item) => [item[0].key, details(item, store)])) };
  }
  const on = evaluated.filter(([, { value }]) => value !== false);
  if (form === 'keys') return { featureFlags: on.map(([flag]) => flag.key) };
  const values = (list: readonly Evaluated[]) => Object.fromEntries(list.map(([flag, { value }]) => [flag.key, value]));
  if (form === 'enabled') return { featureFlags: values(on) };
  const payloads = on.flatMap(([flag, { payload }]) => (payload === null ? [] : [[flag.key, payload] as const]));
  return { featureFlags: values(evaluated), featureFlagPayloads: Object.fromEntries(payloads) };
}

/** Forms by the version that the query names. */
const DECIDE_FORMS: Readonly<Record<string, string>> = { 2: 'enabled', 3: 'values', 4: 'details' };

function answer(form: string, { readBody, store }: SdkRequest): WireAnswer {
  const body = objectOf(readBody());
  const project = projectOf(body.token ?? body.api_key ?? body.$token, store);
  const subject = subjectOf(body, project, store);
  const evaluated = wantedFlags(body, project, store).map((flag): Evaluated => [flag, evaluate(flag, subject)]);
  const number = store.nextId('flags_request').toString(16).padStart(12, '0');
  const common = {
    errorsWhileComputingFlags: false,
    requestId: `00000000-0000-4000-8001-${number}`,
    evaluatedAt: subject.now.getTime(),
  };
  return { status: 200, body: { ...common, ...inForm(form, evaluated, store) } };
}

/** POST: the flags of one user. */
export function flags(request: SdkRequest): WireAnswer {
  return answer(request.query.get('v') === '2' ? 'details' : 'values', request);
}

/** POST: the same, as SDKs asked before 2025. */
export function decide(request: SdkRequest): WireAnswer {
  return answer(DECIDE_FORMS[request.query.get('v') ?? ''] ?? 'keys', request);
}
