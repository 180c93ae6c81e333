import { quoted, shortened } from '../schema/quote.js';
import type { RequestInfo } from './attempt.js';
import { subjectOf } from './subject.js';

/** What was asked: a request, its query and its body. */
export interface Asked {
  info: RequestInfo;
  query?: Readonly<Record<string, unknown>> | undefined;
  body?: object | undefined;
}

/** What an answer has to hold at a place, as far as it holds anything there. */
type Expected = readonly [path: string, value: unknown];

/** Actions below an experiment whose answer is another thing than the experiment itself. */
const OTHER_ANSWERS: readonly (string | null)[] = [
  'activity',
  'copy_to_project',
  'create_exposure_cohort_for_experiment',
  'duplicate',
  'metrics_recalculation',
  'migrate',
  'timeseries_results',
];

/** Longest value that an error shows, in characters. */
const MAX_SHOWN = 100;

/** Things that are read and written by their id; below a path of another kind an id means something else. */
const BY_ID: readonly string[] = ['experiments', 'feature_flags', 'experiment_holdouts', 'experiment_saved_metrics'];

/**
 * Where an answer is about another thing than the one that was asked for: a row of another id, of another project, results
 * of another experiment. Null where it is not. This is the one place that every answer of PostHog passes, so that nothing
 * is shown, previewed or written by what belongs to something else.
 */
export function otherThanAsked(asked: Asked, answer: unknown): string | null {
  for (const [path, value] of [...ofPath(asked), ...ofProject(asked), ...ofSent(asked)]) {
    for (const found of valuesAt(answer, path.split('.'))) {
      if (found.value === undefined || found.value === null || stripped(found.value) === stripped(value)) continue;
      return `${found.path}: it is ${shown(found.value)}, and ${shown(value)} was asked for`;
    }
  }
  return null;
}

function ofPath({ info, query }: Asked): Expected[] {
  const { resource, project, id, action } = subjectOf(info.path);
  if (resource === '') return isNumber(project) ? [['id', project]] : [];
  if (id === null || !BY_ID.includes(resource)) return [];
  if (!OTHER_ANSWERS.includes(action)) return [['id', id]];
  const run = /\/metrics_recalculation\/([^/]+)\/$/.exec(info.path)?.[1];
  return [
    ['experiment_id', id],
    ...(run === undefined || run === 'latest' ? [] : [['id', decodeURIComponent(run)] as const]),
    ...(query?.metric_uuid === undefined ? [] : [['metric_uuid', query.metric_uuid] as const]),
    // The log of an experiment also has entries about its flag and its holdout.
    ...(action === 'activity' ? [['results.Experiment.item_id', id] as const] : []),
  ];
}

/** PostHog names the project within the flag. */
function ofProject({ info, body }: Asked): Expected[] {
  const target: unknown = Reflect.get(Object(body), 'target_team_id');
  const project = target ?? subjectOf(info.path).project;
  if (!isNumber(project)) return [];
  return ['team_id', 'feature_flag.team_id', 'results.team_id', 'results.feature_flag.team_id'].map(
    (path) => [path, project] as const,
  );
}

/** A new thing comes back under the name and on the flag that it was sent with. */
function ofSent({ info, body }: Asked): Expected[] {
  if (info.method !== 'POST' || info.isRead) return [];
  return ['name', 'feature_flag_key'].flatMap((field) => {
    const sent: unknown = Reflect.get(Object(body), field);
    return typeof sent === 'string' ? [[field, sent] as const] : [];
  });
}

interface Found {
  path: string;
  value: unknown;
}

/** All values at a path; in a list of each row, or of each row of the scope that the path names in capitals. */
function valuesAt(value: unknown, steps: readonly string[], path = ''): Found[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path, value }];
  if (Array.isArray(value)) {
    const isScope = /^[A-Z]/.test(step);
    return value.flatMap((row: unknown, index) =>
      isScope && Reflect.get(Object(row), 'scope') !== step
        ? []
        : valuesAt(row, isScope ? rest : steps, `${path}.${index}`),
    );
  }
  if (value === null || typeof value !== 'object') return [];
  return valuesAt(Reflect.get(value, step), rest, path === '' ? step : `${path}.${step}`);
}

/** PostHog strips names. */
function stripped(value: unknown): string {
  return String(value)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function isNumber(text: unknown): boolean {
  return /^\d+$/.test(String(text));
}

function shown(value: unknown): string {
  if (isNumber(value)) return String(value);
  return quoted(shortened(typeof value === 'string' ? value : JSON.stringify(value), MAX_SHOWN));
}
