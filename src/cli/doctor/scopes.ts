/** What scopes of an API key are about, by PostHog's names; each is had with `:read` or with `:write`, which includes it. */
export const SCOPE_OBJECTS = [
  'experiment',
  'feature_flag',
  'query',
  'activity_log',
  'event_definition',
  'project',
  'user',
  'experiment_holdout',
  'experiment_saved_metric',
] as const;
export type ScopeObject = (typeof SCOPE_OBJECTS)[number];
export type Scope = `${ScopeObject}:${'read' | 'write'}`;

export function objectOf(scope: Scope): ScopeObject {
  const object = SCOPE_OBJECTS.find((one) => scope.startsWith(`${one}:`));
  if (object === undefined) throw new Error(`${scope} is about nothing known`);
  return object;
}

export interface Needs {
  /** Without one of these the tool is refused. */
  needs: readonly Scope[];
  /** Without one of these the tool works, but for a part. */
  also?: readonly { scope: Scope; for: string }[];
}

const READ: Needs = { needs: ['experiment:read'] };
const WRITE: Needs = { needs: ['experiment:write'] };
const HOLDOUT: Needs = { needs: ['experiment_holdout:read', 'experiment:read'] };
const HOLDOUT_CHANGE: Needs = { needs: ['experiment_holdout:write', 'experiment:read'] };
const METRIC: Needs = { needs: ['experiment_saved_metric:read'] };
const METRIC_CHANGE: Needs = { needs: ['experiment_saved_metric:write'] };
const EXPOSURES = { scope: 'query:read', for: 'exposures' } as const;
const EVIDENCE = { scope: 'query:read', for: 'the evidence of a conclusion' } as const;
const LINKED_FLAG = { scope: 'feature_flag:read', for: 'whether its flag is new, and what a linked one does' } as const;

/** By tool. A test runs every tool with keys that lack one scope each, and compares. */
export const TOOL_SCOPES: Readonly<Record<string, Needs>> = {
  'event-search': { needs: ['event_definition:read'] },
  'experiment-activity': { needs: ['experiment:read', 'activity_log:read'] },
  'experiment-archive': { ...WRITE, also: [{ scope: 'feature_flag:write', for: 'disable_feature_flag' }] },
  'experiment-assess': { ...READ, also: [EXPOSURES, { scope: 'activity_log:read', for: 'changes inside the run' }] },
  'experiment-calculate-running-time': READ,
  'experiment-cleanup-task': READ,
  'experiment-copy-to-project': WRITE,
  'experiment-create': { ...WRITE, also: [LINKED_FLAG] },
  'experiment-create-exposure-cohort': WRITE,
  'experiment-create-from-prompt': WRITE,
  'experiment-delete': WRITE,
  'experiment-diagnose': { ...READ, also: [{ scope: 'query:read', for: 'everything it counts' }] },
  'experiment-duplicate': { ...WRITE, also: [LINKED_FLAG] },
  'experiment-end': { ...WRITE, also: [EVIDENCE] },
  'experiment-freeze-exposure': WRITE,
  'experiment-get': READ,
  'experiment-holdouts-create': { needs: ['experiment_holdout:write'] },
  'experiment-holdouts-destroy': HOLDOUT_CHANGE,
  'experiment-holdouts-list': { needs: ['experiment_holdout:read'] },
  'experiment-holdouts-partial-update': HOLDOUT_CHANGE,
  'experiment-holdouts-retrieve': HOLDOUT,
  'experiment-launch': WRITE,
  'experiment-list': READ,
  'experiment-migrate': WRITE,
  'experiment-pause': WRITE,
  'experiment-preflight': {
    ...READ,
    also: [{ scope: 'event_definition:read', for: 'a check that its events arrive' }],
  },
  'experiment-prompt-templates': READ,
  'experiment-reset': WRITE,
  'experiment-results': { ...READ, also: [EXPOSURES, { scope: 'experiment:write', for: 'refresh' }] },
  'experiment-resume': WRITE,
  'experiment-review': { ...READ, also: [EXPOSURES] },
  'experiment-saved-metrics-create': METRIC_CHANGE,
  'experiment-saved-metrics-destroy': METRIC_CHANGE,
  'experiment-saved-metrics-list': METRIC,
  'experiment-saved-metrics-partial-update': METRIC_CHANGE,
  'experiment-saved-metrics-retrieve': METRIC,
  'experiment-ship-variant': { ...WRITE, also: [EVIDENCE] },
  'experiment-stats': READ,
  'experiment-timeseries-results': READ,
  'experiment-unarchive': WRITE,
  'experiment-unfreeze-exposure': WRITE,
  'experiment-update': { ...WRITE, also: [EVIDENCE] },
  'experiments-bulk-update-tags-create': WRITE,
  'feature-flag-get': { needs: ['feature_flag:read', 'experiment:read'] },
  'feature-flag-restore': { needs: ['feature_flag:write', 'experiment:read'], also: [EVIDENCE] },
  'project-list': { needs: ['project:read'] },
};
