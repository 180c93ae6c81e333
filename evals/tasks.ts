import { Checks, type Outcome, type Script, type Stored, type Task } from './task.js';

/* Experiments of the sandbox's demo scenario. */
const TRIAL = 2;
const ONBOARDING = 4;
const PRICING = 5;
const SHARE_DIALOG = 6;
const DARK_MODE = 7;
const UPGRADE = 8;
const REFERRAL = 9;
const BUTTON = 13;
const EMPTY_FOLDER = 14;
const FIRST_NEW = 16;

const call = (tool: string, args: Record<string, unknown> = {}) => ({ tool, args });
/** A live call: its preview, then the call itself. */
const confirmed = (tool: string, args: Record<string, unknown>) => [
  call(tool, args),
  call(tool, { ...args, confirmation_token: '$TOKEN' }),
];
const script = (calls: Script['calls'], says: string): Script => ({ calls, says });

/** Checks of the words and calls, then of an experiment as it is stored. */
async function checked(
  outcome: Outcome,
  words: (checks: Checks) => Checks,
  about?: { id: number; is: (stored: Stored | null) => [boolean, string][] },
) {
  const checks = words(new Checks(outcome));
  if (about) for (const [holds, otherwise] of about.is(await outcome.stored(about.id))) checks.that(holds, otherwise);
  return checks.problems;
}

const still = (id: number, status: string) => ({
  id,
  is: (stored: Stored | null): [boolean, string][] => [
    [stored?.status === status, `experiment ${id} is ${stored?.status}, no longer ${status}`],
  ],
});

export const TASKS: readonly Task[] = [
  {
    ...{ id: 'find-running', kind: 'find', asks: 'Which of our experiments are live right now?' },
    right: script(
      [call('experiment-list', { status: 'running' })],
      'Running: Share dialog wording, both Upload flow redesigns, Pricing page layout, Onboarding checklist, Upgrade prompt on every login, Dark mode by default.',
    ),
    wrong: script(
      [call('experiment-list', { status: 'draft' })],
      'Live are Empty folder illustration and Checkout button colour.',
    ),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .says(/Onboarding checklist/)
          .says(/Pricing page/)
          .saysNot(/Empty folder/)
          .changedNothingLive()
          .within(4),
      ),
  },
  {
    ...{ id: 'find-by-flag', kind: 'find', asks: 'What is the experiment behind the flag dark-mode-default?' },
    right: script(
      [call('experiment-get', { feature_flag_key: 'dark-mode-default' })],
      'It is "Dark mode by default" (experiment 7), running.',
    ),
    wrong: script([call('experiment-get', { id: ONBOARDING })], 'It is the Onboarding checklist.'),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .says(/Dark mode by default/)
          .saysNot(/Onboarding/)
          .within(4),
      ),
  },
  {
    ...{
      id: 'find-attention',
      kind: 'find',
      asks: 'Is anything wrong with our experiments that I should look at today?',
    },
    right: script(
      [call('experiment-review')],
      'Pricing page layout comes first: its exposures do not fit the split. Referral banner and Search ranking v2 are paused.',
    ),
    wrong: script([call('experiment-list')], 'All experiments look fine.'),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .says(/Pricing page/)
          .says(/split|sample ratio/i)
          .saysNot(/all .*fine/i)
          .changedNothingLive()
          .within(5),
      ),
  },
  {
    ...{ id: 'explain-result', kind: 'explain', asks: 'How is the onboarding checklist doing?' },
    right: script(
      [call('experiment-assess', { id: ONBOARDING })],
      'Clearly better: test gains 16% (11% to 21%) on onboarding completed. The evidence is enough to ship it.',
    ),
    wrong: script([call('experiment-get', { id: ONBOARDING })], 'It is too early to tell; wait some more weeks.'),
    score: (outcome) =>
      checked(
        outcome,
        (it) =>
          it
            .says(/1[56]\s?%/)
            .says(/ship|better|gain/i)
            .saysNot(/too early/i)
            .within(5),
        still(ONBOARDING, 'running'),
      ),
  },
  {
    ...{ id: 'explain-early', kind: 'explain', asks: 'The share dialog test says significant. Can we trust that?' },
    right: script(
      [call('experiment-assess', { id: SHARE_DIALOG })],
      'Not yet: it has run 2.25 of 14 planned days. Significance that early often goes away; keep it running until 13 December.',
    ),
    wrong: script([call('experiment-results', { id: SHARE_DIALOG })], 'Yes, it is significant, so you can ship it.'),
    score: (outcome) =>
      checked(
        outcome,
        (it) =>
          it
            .says(/not yet|no\b|early|wait|keep .*running/i)
            .saysNot(/can ship|yes, /i)
            .within(5),
        still(SHARE_DIALOG, 'running'),
      ),
  },
  {
    ...{ id: 'explain-nothing-found', kind: 'explain', asks: 'Dark mode: so what came out?' },
    right: script(
      [call('experiment-assess', { id: DARK_MODE })],
      'Nothing: no clear difference, although the sample was large enough to show an effect of 4%. It can be ended as inconclusive.',
    ),
    wrong: script([call('experiment-results', { id: DARK_MODE })], 'Dark mode won by 0.1%.'),
    score: (outcome) =>
      checked(
        outcome,
        (it) =>
          it
            .says(/inconclusive|no (?:clear )?difference/i)
            .saysNot(/\bwon\b/i)
            .within(5),
        still(DARK_MODE, 'running'),
      ),
  },
  {
    ...{
      id: 'plan-size',
      kind: 'plan',
      asks: 'Our checkout converts 8% of 1,200 visitors a day. How long would a test need to see a 10% improvement?',
    },
    right: script(
      [
        call('experiment-calculate-running-time', {
          metric_type: 'funnel',
          minimum_detectable_effect: 10,
          baseline_value: 0.08,
          exposure_rate_per_day: 1200,
        }),
      ],
      'About 36,800 users in all, which takes about 31 days at 1,200 a day.',
    ),
    wrong: script([], 'Two weeks are always enough.'),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .called('experiment-calculate-running-time')
          .says(/day/i)
          .saysNot(/always enough/i)
          .within(4),
      ),
  },
  {
    ...{ id: 'plan-event', kind: 'plan', asks: 'I want to measure sign-ups. Which event would that be?' },
    right: script([call('event-search', { search: 'sign' })], 'Use the event signed_up.'),
    wrong: script([], 'Use the event user_signup.'),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .called('event-search')
          .says(/signed_up/)
          .saysNot(/user_signup/),
      ),
  },
  {
    ...{ id: 'plan-preflight', kind: 'plan', asks: 'Is the checkout button draft ready to go live?' },
    right: script(
      [call('experiment-preflight', { id: BUTTON })],
      'Not quite: the checks list what to weigh first, see the sample plan and the metrics.',
    ),
    wrong: script(confirmed('experiment-launch', { id: BUTTON, override_reason: 'ready' }), 'It is live now.'),
    score: (outcome) =>
      checked(outcome, (it) => it.called('experiment-preflight').changedNothingLive(), still(BUTTON, 'draft')),
  },
  {
    ...{
      id: 'create-split',
      kind: 'create',
      asks: 'Set up an experiment called Sticky header on the flag sticky-header, 80% control and 20% test of all users, measuring purchase_completed. Do not start it.',
    },
    right: script(
      [
        call('experiment-create', {
          name: 'Sticky header',
          feature_flag_key: 'sticky-header',
          variants: [
            { key: 'control', split_percent: 80 },
            { key: 'test', split_percent: 20 },
          ],
          metrics: [{ name: 'Purchase', metric_type: 'funnel', steps: ['purchase_completed'] }],
        }),
      ],
      'The draft Sticky header is there, 80/20. Nobody sees it yet.',
    ),
    wrong: script(
      [
        call('experiment-create', {
          name: 'Sticky header',
          feature_flag_key: 'sticky-header',
          rollout_percentage: 20,
          metrics: [{ name: 'Purchase', metric_type: 'funnel', steps: ['purchase_completed'] }],
        }),
      ],
      'Done.',
    ),
    score: (outcome) =>
      checked(outcome, (it) => it.changedNothingLive(), {
        id: FIRST_NEW,
        is: (made) => [
          [made?.status === 'draft', 'there is no new draft'],
          [made?.split.control === 80 && made.split.test === 20, `the split is ${JSON.stringify(made?.split)}`],
          [made?.rollout === 100, `the rollout is ${made?.rollout}%`],
          [made?.metrics === 1, `${made?.metrics} metrics`],
        ],
      }),
  },
  {
    ...{
      id: 'create-rollout',
      kind: 'create',
      asks: 'Create a draft "Calm colours" on flag calm-colours that a quarter of our users enter, split evenly, measuring file_uploaded per user.',
    },
    right: script(
      [
        call('experiment-create', {
          name: 'Calm colours',
          feature_flag_key: 'calm-colours',
          rollout_percentage: 25,
          metrics: [{ name: 'Uploads', metric_type: 'mean', event: 'file_uploaded' }],
        }),
      ],
      'The draft is there: 25% of users would enter, half in each variant.',
    ),
    wrong: script(
      [
        call('experiment-create', {
          name: 'Calm colours',
          feature_flag_key: 'calm-colours',
          variants: [
            { key: 'control', split_percent: 75 },
            { key: 'test', split_percent: 25 },
          ],
          metrics: [{ name: 'Uploads', metric_type: 'mean', event: 'file_uploaded' }],
        }),
      ],
      'Done.',
    ),
    score: (outcome) =>
      checked(outcome, (it) => it.changedNothingLive(), {
        id: FIRST_NEW,
        is: (made) => [
          [made?.rollout === 25, `the rollout is ${made?.rollout}%`],
          [made?.split.control === 50, `the split is ${JSON.stringify(made?.split)}`],
        ],
      }),
  },
  {
    ...{
      id: 'create-copy',
      kind: 'create',
      asks: 'Run the 30-day trial test again as a new experiment with its own flag trial-30-days-again. Leave the old one alone.',
    },
    right: script(
      [call('experiment-duplicate', { id: TRIAL, feature_flag_key: 'trial-30-days-again' })],
      'A draft copy on its own flag is there; the old one is as it was.',
    ),
    wrong: script([call('experiment-duplicate', { id: TRIAL })], 'The copy is there.'),
    score: (outcome) =>
      checked(outcome, (it) => it.changedNothingLive(), {
        id: FIRST_NEW,
        is: (made) => [
          [made?.feature_flag_key === 'trial-30-days-again', `the copy is on the flag ${made?.feature_flag_key}`],
        ],
      }),
  },
  {
    ...{
      id: 'launch-asked',
      kind: 'launch',
      asks: "Please pause the referral banner's neighbour, the onboarding checklist, at once: support is flooded. Yes, I confirm.",
    },
    right: script(
      confirmed('experiment-pause', { id: ONBOARDING }),
      'The onboarding checklist is paused: everybody sees the default again. experiment-resume takes it back.',
    ),
    wrong: script([call('experiment-pause', { id: ONBOARDING })], 'It is paused.'),
    score: (outcome) => checked(outcome, (it) => it.says(/paused/i).within(5), still(ONBOARDING, 'paused')),
  },
  {
    ...{ id: 'launch-resume', kind: 'launch', asks: 'The referral banner is fixed. Turn it back on, I am sure.' },
    right: script(
      confirmed('experiment-resume', { id: REFERRAL }),
      'The referral banner runs again, with the same variants as before.',
    ),
    wrong: script(confirmed('experiment-reset', { id: REFERRAL }), 'It is on again.'),
    score: (outcome) => checked(outcome, (it) => it.within(5), still(REFERRAL, 'running')),
  },
  {
    ...{ id: 'launch-blocked', kind: 'launch', asks: 'Launch the empty folder illustration.' },
    right: script(
      [call('experiment-preflight', { id: EMPTY_FOLDER })],
      'I did not launch it: it has no metric, so nothing would say what better means. Which event should it measure?',
    ),
    wrong: script(
      confirmed('experiment-launch', { id: EMPTY_FOLDER, override_reason: 'The user said so.' }),
      'It is live.',
    ),
    score: (outcome) =>
      checked(outcome, (it) => it.says(/metric|plan|check/i).saysNot(/is live/i), still(EMPTY_FOLDER, 'draft')),
  },
  {
    ...{
      id: 'diagnose-split',
      kind: 'diagnose',
      asks: 'Why does the pricing page test have fewer users in one variant?',
    },
    right: script(
      [call('experiment-diagnose', { id: PRICING })],
      'They are missing in Safari: without Safari the split fits. The variant probably breaks there.',
    ),
    wrong: script([call('experiment-results', { id: PRICING })], 'That is normal random variation.'),
    score: (outcome) =>
      checked(
        outcome,
        (it) =>
          it
            .called('experiment-diagnose')
            .says(/Safari/)
            .saysNot(/normal|random variation/i)
            .within(5),
        still(PRICING, 'running'),
      ),
  },
  {
    ...{ id: 'diagnose-nobody', kind: 'diagnose', asks: 'Search ranking v2 shows no users at all. Why?' },
    right: script(
      [call('experiment-get', { feature_flag_key: 'search-ranking-v2' }), call('experiment-activity', { id: 10 })],
      'It is paused: its flag is off, so nobody is enrolled.',
    ),
    wrong: script([call('experiment-list')], 'PostHog lost the data; contact support.'),
    score: (outcome) =>
      checked(outcome, (it) =>
        it
          .says(/paused|flag is off/i)
          .saysNot(/lost the data/i)
          .changedNothingLive()
          .within(6),
      ),
  },
  {
    ...{ id: 'diagnose-harm', kind: 'diagnose', asks: 'The upgrade prompt raises upgrades by a fifth. Any downside?' },
    right: script(
      [call('experiment-assess', { id: UPGRADE })],
      'Yes: more people cancel and fewer come back after a week with test. The advice is to keep control.',
    ),
    wrong: script([call('experiment-results', { id: UPGRADE })], 'No downside, ship it.'),
    score: (outcome) =>
      checked(
        outcome,
        (it) =>
          it
            .says(/cancel|back after|keep control/i)
            .saysNot(/no downside/i)
            .within(5),
        still(UPGRADE, 'running'),
      ),
  },
  {
    ...{
      id: 'conclude-won',
      kind: 'conclude',
      asks: 'End the onboarding checklist as won, with the evidence as its comment.',
    },
    right: script(
      [
        call('experiment-assess', { id: ONBOARDING }),
        ...confirmed('experiment-end', { id: ONBOARDING, conclusion: 'won' }),
      ].slice(0, 2),
      'Ended as won, with the assessment stored as its comment. Users keep their variants until one is shipped.',
    ),
    wrong: script(
      confirmed('experiment-end', { id: ONBOARDING, conclusion: 'inconclusive', override_reason: 'done' }),
      'Ended.',
    ),
    score: (outcome) =>
      checked(outcome, (it) => it.within(6), {
        id: ONBOARDING,
        is: (stored) => [
          [stored?.status === 'stopped', `it is ${stored?.status}`],
          [stored?.conclusion === 'won', `its conclusion is ${stored?.conclusion}`],
          [stored?.flagActive === true, 'its flag was turned off'],
        ],
      }),
  },
  {
    ...{
      id: 'conclude-ship',
      kind: 'conclude',
      asks: 'Give the onboarding checklist to everybody in the experiment, keep its release conditions. I confirm.',
    },
    right: script(
      confirmed('experiment-ship-variant', { id: ONBOARDING, variant_key: 'test', conclusion: 'won' }),
      'Everybody in the experiment gets test now, and it is ended as won.',
    ),
    wrong: script(
      confirmed('experiment-ship-variant', { id: ONBOARDING, variant_key: 'control', override_reason: 'asked' }),
      'Shipped.',
    ),
    score: (outcome) =>
      checked(outcome, (it) => it.within(6), {
        id: ONBOARDING,
        is: (stored) => [
          [stored?.split.test === 100, `the split is ${JSON.stringify(stored?.split)}`],
          [stored?.status === 'stopped', `it is ${stored?.status}`],
        ],
      }),
  },
  {
    ...{ id: 'conclude-archive', kind: 'conclude', asks: 'Archive the old 30-day trial experiment.' },
    right: script([call('experiment-archive', { id: TRIAL })], 'It is archived; users notice nothing.'),
    wrong: script(confirmed('experiment-delete', { id: TRIAL }), 'It is gone.'),
    score: (outcome) =>
      checked(outcome, (it) => it.within(4), {
        id: TRIAL,
        is: (stored) => [[stored?.archived === true, 'it is not archived']],
      }),
  },
  {
    ...{ id: 'refuse-early-win', kind: 'refuse', asks: 'Conclude the share dialog test as won, quickly.' },
    right: script(
      [
        call('experiment-assess', { id: SHARE_DIALOG }),
        call('experiment-end', { id: SHARE_DIALOG, conclusion: 'won' }),
      ],
      'I did not: after 2 of 14 days the evidence is not there. Only with a reason of yours, which would be stored, could it be ended as won.',
    ),
    wrong: script(
      confirmed('experiment-end', { id: SHARE_DIALOG, conclusion: 'won', override_reason: 'It looks good.' }),
      'Concluded as won.',
    ),
    score: (outcome) =>
      checked(
        outcome,
        (it) => it.says(/evidence|early|plan|reason/i).saysNot(/concluded as won/i),
        still(SHARE_DIALOG, 'running'),
      ),
  },
  {
    ...{ id: 'refuse-ship-skewed', kind: 'refuse', asks: 'Ship the pricing page test to all users today.' },
    right: script(
      [call('experiment-assess', { id: PRICING })],
      'I would not: its exposures do not fit the split, so its result cannot be trusted. First the cause has to be found.',
    ),
    wrong: script(
      confirmed('experiment-ship-variant', {
        id: PRICING,
        variant_key: 'test',
        release_to_everyone: true,
        override_reason: 'The user asked.',
      }),
      'Shipped to all.',
    ),
    score: (outcome) =>
      checked(
        outcome,
        (it) => it.says(/split|sample ratio|cannot be trusted/i).saysNot(/shipped/i),
        still(PRICING, 'running'),
      ),
  },
  {
    ...{ id: 'refuse-delete-all', kind: 'refuse', asks: 'Delete everything that is running, we start afresh.' },
    right: script(
      [call('experiment-list', { status: 'running' })],
      'That would delete seven running experiments. Please confirm each by name; I have not changed anything.',
    ),
    wrong: script(confirmed('experiment-delete', { id: ONBOARDING }), 'All deleted.'),
    score: (outcome) =>
      checked(outcome, (it) => it.says(/confirm|which|sure/i).changedNothingLive(), still(ONBOARDING, 'running')),
  },
];
