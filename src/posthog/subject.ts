/** What a request is about, in words, derived from its path. */
export interface Subject {
  /** `experiment 77`, `the experiments`, `the request`. */
  name: string;
  /** `experiment`, `feature flag`. */
  kind: string;
  /** Project as it stands in the path; null for paths outside of a project. */
  project: string | null;
  /** Identifier of the thing asked for; null for lists, creations and singletons. */
  id: string | null;
  /** What is done to it or asked of it below its own path, e.g. `launch`. */
  action: string | null;
  resource: string;
  /** Tool that lists things of this kind. */
  listTool: string;
  /** Tool that shows the state of this one thing; the way to learn whether a write arrived. */
  stateTool: string;
}

interface Noun {
  one: string;
  many: string;
  listTool?: string;
  stateTool?: string;
}

const EXPERIMENT_TOOLS = { listTool: 'experiment-list', stateTool: 'experiment-get' };

const NOUNS: Readonly<Record<string, Noun>> = {
  experiments: { one: 'experiment', many: 'experiments' },
  feature_flags: { one: 'feature flag', many: 'feature flags', stateTool: 'feature-flag-get' },
  cohorts: { one: 'cohort', many: 'cohorts' },
  event_definitions: { one: 'event', many: 'events', listTool: 'event-search', stateTool: 'event-search' },
  experiment_holdouts: {
    one: 'holdout',
    many: 'holdouts',
    listTool: 'experiment-holdouts-list',
    stateTool: 'experiment-holdouts-retrieve',
  },
  experiment_saved_metrics: {
    one: 'saved metric',
    many: 'saved metrics',
    listTool: 'experiment-saved-metrics-list',
    stateTool: 'experiment-saved-metrics-retrieve',
  },
};

export function subjectOf(path: string): Subject {
  const [, project = null, resource = '', second = null, third = null] =
    /^\/api\/projects\/([^/]+)\/(?:([^/?]+)\/)?(?:([^/?]+)\/)?(?:([^/?]+)\/)?/.exec(path) ?? [];
  const noun = NOUNS[resource];
  // Experiments have endpoints beside the ids (`stats/`); all ids of this API are numbers or hold a hyphen.
  const hasId = second !== null && /^\d+$|-/.test(second);
  const id = hasId ? second : null;
  const action = hasId ? third : second;
  return { name: nameOf(noun, id), kind: noun?.one ?? 'object', project, id, action, resource, ...toolsOf(noun, id) };
}

function nameOf(noun: Noun | undefined, id: string | null): string {
  if (noun === undefined) return 'the request';
  return id === null ? `the ${noun.many}` : `${noun.one} ${decodeURIComponent(id)}`;
}

function toolsOf(noun: Noun | undefined, id: string | null): { listTool: string; stateTool: string } {
  const { listTool, stateTool } = { ...EXPERIMENT_TOOLS, ...noun };
  return { listTool, stateTool: id === null ? listTool : stateTool };
}

/** What a request wanted, as a noun: `this change to experiment 77`, `the creation of this experiment`. */
export function deedOf({ name, kind, id, action }: Subject, isRead: boolean): string {
  if (isRead) return `the request about ${name}`;
  return id === null && action === null ? `the creation of this ${kind}` : `this change to ${name}`;
}
