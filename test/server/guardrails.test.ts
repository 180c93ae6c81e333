import { describe, expect, it } from 'vitest';
import { ALL_TOOLS } from '../../tools/index.js';

/**
 * What each description has to tell a model, since it reads nothing else before it acts: what the tool does, when
 * PostHog refuses, who is affected, what it does not do, what to use instead, how to take it back.
 * Source: PostHog API docs.
 */
const GUARDRAILS: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'event-search': ['exact names of events', 'refuses names it has never seen', 'last_seen_at'],
  'experiment-activity': ['Who changed what and when', 'newest first', 'activity_log:read'],
  'experiment-archive': [
    'Hide a stopped experiment from the default list',
    'A flag that is on goes on serving',
    /disable_feature_flag.*turns the flag off for everybody/,
    'Only if the user asks',
    'feature_flag:write',
    'if another live experiment uses the flag',
    'already_done if it is archived',
  ],
  'experiment-assess': [
    'by fixed rules',
    'keep running (until when)',
    'calculates nothing',
    'experiment-results refresh: true comes first',
    'evidence_comment can be the conclusion_comment',
  ],
  'experiment-calculate-running-time': ['stores nothing', 'experiment-update', 'total over all variants'],
  'experiment-cleanup-task': ['run_status and pr_url', 'until is_terminal', '404 where none was asked for'],
  'experiment-copy-to-project': [
    'as a draft into another project of the same organization',
    'not holdout, shared metrics, dates or results',
    'Confirm the project by name (project-list)',
    /flag with the key already, the copy uses it as it is/,
    '404 "Target team not found."',
    '403 without write access there',
    '400 for legacy metrics',
    'Cannot be undone from here',
  ],
  'experiment-create': [
    'draft',
    'nobody sees anything until experiment-launch',
    /links the one that has the key already, as it is/,
    'ambiguous',
    /split_percent divides users inside/,
    /rollout_percentage is the share who enter/,
    'ambiguous, so ask',
    /baseline is the variant control, else the first/,
    'event-search',
    /one never seen needs allow_unknown_events/,
  ],
  'experiment-create-exposure-cohort': [
    'users exposed to a launched experiment',
    '$feature_flag_called',
    'Changes nothing for users',
    'Once per experiment',
    'already_done after that',
    '400 "Experiment does not have a start date" for a draft',
  ],
  'experiment-create-from-prompt': [
    'draft',
    'a new flag that is off',
    'experiment-prompt-templates lists the metrics',
    '400 for a key that is taken or a version that does not exist',
  ],
  'experiment-diagnose': [
    'from the events',
    /no or few exposures, skewed split, several variants/,
    'Scope query:read',
    'Not for a draft',
  ],
  'experiment-delete': [
    'softly, in any status',
    'leaves every list and read',
    'A flag that is on goes on serving variants',
    'use experiment-archive',
    '404 if it is deleted already',
    'by experiment-update restore: true while its flag exists',
  ],
  'experiment-duplicate': [
    'into a new draft',
    /not dates, conclusion, holdout, tags or results/,
    'Give a new feature_flag_key',
    /Without one both experiments share the same flag, so pausing, shipping or changing one reaches the other/,
    'no targeting',
    'an existing key links that flag as it is',
    'Not for legacy metrics',
  ],
  'experiment-end': [
    'end_date becomes now',
    'only data up to it counts',
    'won and lost pass only where experiment-assess says so, else they need override_reason',
    'a comment left out is filled with the evidence',
    'The flag is not touched: users keep their variants and exposure events go on',
    'To serve one variant use experiment-ship-variant instead',
    'to switch variants off too, experiment-pause first',
    '400 for a draft',
    'of an ended one only with another conclusion',
    'Works while paused',
    'A conclusion set earlier is kept',
    'Backdate with experiment-update end_date',
  ],
  'experiment-freeze-exposure': [
    'Stop enrolling new users in a running experiment',
    'who keep their variants',
    'static cohort',
    'end_date stays empty',
    'results then speak of those who came early',
    'Can take tens of seconds; wait, do not repeat',
    /400 for a draft, ended or paused one \("Resume it first"\)/,
    'nobody exposed',
    'holdouts',
    'Undo: experiment-unfreeze-exposure',
  ],
  'experiment-get': [
    /paused = launched with the flag off/,
    /exposure_frozen = running without new users/,
    /stopped = ended \(the flag may still serve\)/,
    'No results',
    'instead of guessing',
    '404 for deleted ones',
  ],
  'experiment-holdouts-create': [
    'holds nobody out until a draft uses it',
    'before launch only',
    'the share kept OUT, not the share that enters',
    'Undo: experiment-holdouts-destroy',
  ],
  'experiment-holdouts-destroy': [
    'for good',
    'enter the experiments that used it at once, running ones too',
    'confirm by name',
    'experiment-holdouts-retrieve',
    'Cannot be undone',
  ],
  'experiment-holdouts-list': [
    'kept out of every experiment that uses the holdout',
    'the share held out',
    'experiment-holdouts-retrieve',
  ],
  'experiment-holdouts-partial-update': [
    'rewrites the flags of ALL experiments that use it at once',
    'users enter or drop out of running ones',
    'confirm',
    'Undo: the same tool with the old values; the bias stays',
  ],
  'experiment-holdouts-retrieve': [
    'the experiments that use it',
    'archived ones too',
    'Read it before changing or deleting',
  ],
  'experiment-launch': [
    'turns its feature flag on and sets start_date to now',
    'real users are enrolled at once',
    'Needs no metrics, so check them',
    'after launch only their split can change',
    'already_done if it is running',
    'experiment-resume',
    /or if the flag is deleted or has under 2 variants/,
  ],
  'experiment-list': [
    'Archived ones are left out',
    'Deleted ones are never listed',
    'no metrics',
    /running excludes paused/,
  ],
  'experiment-migrate': [
    'legacy metrics (is_legacy)',
    'a new experiment on the same feature flag',
    'The old one stays as it is',
    'A second call answers with the first twin',
    '400 if it is not legacy',
    'Undo: experiment-delete on the twin',
  ],
  'experiment-pause': [
    'everybody falls back to the default of the code at once',
    'no new exposures',
    'Does not end it: end_date stays empty and metrics of people already exposed go on counting',
    'To stop measuring use experiment-end',
    '400 for a draft or ended one',
    'already_done if it is paused',
    'Other experiments on the same flag stop too',
  ],
  'experiment-preflight': [
    'Use it before experiment-launch',
    'it changes nothing',
    'ready: false means a blocker',
    'unknown means it could not be read or told, not that it is fine',
    'Drafts only',
  ],
  'experiment-prompt-templates': ['experiment-create-from-prompt', 'Changes nothing', 'Not in every project'],
  'experiment-reset': [
    'Back to draft: clears start and end date, conclusion and comment',
    'out of the archive',
    'Results are hidden until it is launched again',
    'A flag that is on goes on serving variants, also a shipped one',
    'disable_feature_flag: true turns it off',
    'use experiment-duplicate',
    'already_done on a draft',
  ],
  'experiment-results': [
    'stored results and how old they are',
    /refresh: true calculates anew \(scope experiment:write/,
    '"significant" alone is no decision',
    /by the metric's goal/,
    'Not for a draft',
  ],
  'experiment-resume': [
    'users are enrolled at once, and people get the same variants as before',
    'start_date does not move',
    'already_done if it is not paused',
    '400 for a draft or ended one',
  ],
  'experiment-review': [
    'all live, lately ended and draft ones',
    'each once, worst first, with its findings and next call',
    /include_results looks into the results of paused and ended ones/,
  ],
  'experiment-saved-metrics-create': [
    'experiment-update add_saved_metric_id',
    'does not check here that its events exist',
    'event-search',
    '400 if the name is taken',
    'Undo: experiment-saved-metrics-destroy',
  ],
  'experiment-saved-metrics-destroy': [
    'for good',
    'Every experiment that uses it loses it and its results',
    'PostHog does not list them',
    'Confirm by name',
    'Cannot be undone',
    'experiment-update remove_saved_metric_id',
  ],
  'experiment-saved-metrics-list': ['several experiments share', 'add_saved_metric_id', 'instead of defining it again'],
  'experiment-saved-metrics-partial-update': [
    'changes the results of EVERY experiment that uses it, for the whole run, ended ones too',
    'PostHog does not list these experiments',
    'Confirm with the user',
    'Undo: the same tool with the old definition',
  ],
  'experiment-saved-metrics-retrieve': ['One shared metric', 'detail: full', 'whole definition'],
  'experiment-ship-variant': [
    'rewrites the flag to 100% for it and 0% for the others',
    'ends the experiment if it still runs',
    'Confirm variant and release mode with the user',
    'By default release conditions and rollout stay',
    /release_to_everyone: true puts a catch-all for 100% of all users first/,
    'The flag is not turned on: shipping a paused experiment serves nobody',
    'An earlier conclusion is kept unless given',
    '400 for a draft',
    'Works on a stopped one',
    'Passes only where experiment-assess recommends it; else it needs override_reason',
  ],
  'experiment-stats': ['launched in the last 30 days', 'the 30 before', 'Counts only; experiment-list names them'],
  'experiment-timeseries-results': ['day by day', 'can lag behind experiment-results', 'Not for a draft'],
  'experiment-unarchive': [
    'back to the default list',
    'does not turn its flag on',
    'already_done if it is not archived',
  ],
  'experiment-unfreeze-exposure': [
    'new users enter a frozen experiment again',
    'put back exactly',
    'the saved cohort is deleted',
    'biases results',
    'already_done if it is not frozen',
    'Undo: experiment-freeze-exposure',
  ],
  'experiment-update': [
    'what is not named stays',
    'Not for launch, pause, end or ship',
    /metric alone adds one/,
    'Metric changes recompute the results of the whole run',
    'moves users between variants and biases results',
    'Variants cannot be added, removed or renamed then, nor the holdout changed',
    'A bare percentage is ambiguous: split or rollout?',
    'end_date backdates an end',
    'clear end_date reopens',
    'won and lost need the evidence',
  ],
  'experiments-bulk-update-tags-create': [
    'up to 500 experiments at once',
    'set drops all tags they had',
    'skipped and named',
    'Changes nothing for users',
  ],
  'feature-flag-get': ['experiments that share it', 'before reusing a key', 'detail: full'],
  'feature-flag-restore': [
    'as the undo of another call says',
    'users get the old split and conditions at once',
    'those left out are cleared, so without end_date it runs again',
    'feature_flag:write',
    'exactly what the undo holds',
    'not for designing a flag',
  ],
  'project-list': [
    'Projects that the key can reach',
    'which one this server acts in',
    'cannot be switched by a tool',
    'POSTHOG_PROJECT_ID',
  ],
};

/** What a user has to ask for; the argument's own description or the tool's has to say so. */
const ONLY_IF_ASKED: readonly [tool: string, argument: string, words: RegExp][] = [
  ['experiment-archive', 'disable_feature_flag', /Only if the user asks/],
  ['experiment-create', 'allow_unknown_events', /Only if the user confirms/],
  ['experiment-update', 'allow_unknown_events', /Only if the user confirms/],
  ['experiment-end', 'open_cleanup_pr', /If asked/],
  ['experiment-ship-variant', 'open_cleanup_pr', /If asked/],
  ['experiment-ship-variant', 'release_to_everyone', /release mode with the user/],
];

const tools = ALL_TOOLS.map((tool) => [tool.name, tool] as const);

describe.each(tools)('the description of %s', (name, { description }) => {
  it('holds each of its guardrails', () => {
    const rules = GUARDRAILS[name] ?? [];
    expect(rules.length).toBeGreaterThan(2);
    for (const rule of rules) expect(description).toMatch(rule);
  });

  it('names only tools that exist', () => {
    const known = new Set(ALL_TOOLS.map((tool) => tool.name));
    const mentions = description.match(/\b(experiments?|event|feature-flag|project)-[a-z-]+[a-z]\b/g) ?? [];
    expect(mentions.filter((mention) => !known.has(mention))).toEqual([]);
  });
});

describe('switches that change what users see', () => {
  it.each(ONLY_IF_ASKED)('%s %s is off by default and tied to the user', (name, argument, words) => {
    const tool = ALL_TOOLS.find((candidate) => candidate.name === name);
    const described = tool?.input.toJSONSchema({ io: 'input' });
    expect(JSON.stringify(described) + tool?.description).toMatch(words);
    expect(described?.properties?.[argument]).toMatchObject({ type: 'boolean', default: false });
  });
});
