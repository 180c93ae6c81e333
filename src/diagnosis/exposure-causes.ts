import { plainOrQuoted, quoted } from '../schema/quote.js';
import { type Calls, type Cause, type DiagnosisFacts, partsOf, percent, rowOf, sum } from './facts.js';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;
/** How long events take to arrive. Source: PostHog docs, which say to wait for some minutes. */
const SETTLING_MINUTES = 15;
/** So many calls would have come in the time in which none came. Source: our choice; by chance it is one in e^20. */
const EXPECTED_CALLS = 20;
/** A variant that nobody got, while others got so many, has no share. Source: our choice. */
const MANY = 50;
/** Shares from which something is worth a finding, per cent. Source: our choice. */
const FEW_PERCENT = 1;
const MOST_PERCENT = 50;

function ofExposure({ calls, counting }: DiagnosisFacts): Calls[] {
  return (calls ?? []).filter(({ event }) => event === counting.event);
}

/** Nobody is exposed at all: where on the way from traffic to a variant they were lost. */
export function nobodyExposed(facts: DiagnosisFacts): Cause[] {
  const { counting, traffic, now } = facts;
  const run = rowOf(traffic, 'phase:run');
  if (traffic === null || (run?.external ?? 0) > 0) return [];
  const minutes = (now.getTime() - counting.from.getTime()) / MS_PER_MINUTE;
  if (minutes < SETTLING_MINUTES)
    return [
      {
        code: 'just_launched',
        confidence: 'certain',
        title: `Launched ${Math.floor(minutes)} minutes ago: events take some minutes to arrive.`,
        evidence: { minutes: Math.floor(minutes) },
        next: `Look again ${SETTLING_MINUTES} minutes after the launch.`,
      },
    ];
  if (!run || run.events === 0)
    return [
      {
        code: 'no_events_at_all',
        confidence: 'certain',
        title: 'The project has received no event of any kind since the launch.',
        evidence: { events: 0, events_before_launch: rowOf(traffic, 'phase:before')?.events ?? 0 },
        next: 'Check that the app sends events to this project: its token and host.',
      },
    ];
  if (run.asked === 0) return [neverAsked(facts, run.people)];
  if (run.given === 0) return [noVariant(facts, run.asked)];
  return [
    {
      code: 'all_filtered_as_internal',
      confidence: 'certain',
      title: `All ${run.given} people with a variant are taken for internal users by the project's test account filters.`,
      evidence: { people_with_a_variant: run.given, after_filters: 0 },
      next: "Check the project's filters for internal and test users, or set filter_test_accounts: false with experiment-update.",
    },
  ];
}

function neverAsked({ counting, calls }: DiagnosisFacts, people: number): Cause {
  const asked = sum((calls ?? []).filter(({ segment }) => segment === 'all:').map(({ calls }) => calls));
  if (counting.isCustom && asked > 0)
    return {
      code: 'exposure_event_not_sent',
      confidence: 'certain',
      title: `The flag is asked for, but the exposure event ${quoted(counting.event)} has not been sent since the launch.`,
      evidence: { flag_calls: asked, exposure_events: 0 },
      next: `Send ${plainOrQuoted(counting.event)} where people meet the change, or count flag calls: experiment-update with clear ["exposure_event"].`,
    };
  return {
    code: 'flag_never_asked',
    confidence: 'certain',
    title: `${people} people sent events since the launch, and none of them asked for the flag ${quoted(counting.flagKey)}.`,
    evidence: { people_with_events: people, people_asked: 0 },
    next: 'Check that the code is deployed and asks by getFeatureFlag or isFeatureEnabled: reading all flags or a payload sends no exposure.',
  };
}

function noVariant(facts: DiagnosisFacts, people: number): Cause {
  const { counting } = facts;
  const all = ofExposure(facts).filter(({ segment }) => segment === 'all:');
  const responses = Object.fromEntries(
    all.map(({ response, people }) => [response === '' ? '(none)' : response, people]),
  );
  if (counting.isCustom && all.every(({ response }) => response === '')) return missingVariant(facts, all);
  return {
    code: 'no_variant_given',
    confidence: 'certain',
    title: `${people} people asked for the flag, and none got one of the analysed variants.`,
    evidence: { people_by_response: responses },
    next: 'Answers of false: check that the flag is on, its rollout and release conditions, and that the properties they need are sent with the call (feature-flag-get). Other keys: the code may bootstrap old variants.',
  };
}

function missingVariant({ counting }: DiagnosisFacts, rows: readonly Calls[]): Cause {
  const without = sum(rows.filter(({ response }) => response === '').map(({ calls }) => calls));
  const all = sum(rows.map(({ calls }) => calls));
  return {
    code: 'exposure_event_without_variant',
    confidence: 'certain',
    title: `${percent(without, all)}% of the rows of ${quoted(counting.event)} lack the property $feature/${counting.flagKey}, so they expose nobody.`,
    evidence: { rows: all, without_variant: without },
    next: `Send the variant as the property $feature/${counting.flagKey} with ${plainOrQuoted(counting.event)}; SDKs add it once the flags are loaded.`,
  };
}

/** A custom exposure event without the variant: in part of its rows, or in those of one library. */
export function variantMissing(facts: DiagnosisFacts): Cause[] {
  const { counting, traffic } = facts;
  if (!counting.isCustom || (rowOf(traffic, 'phase:run')?.given ?? 0) === 0) return [];
  const rows = ofExposure(facts);
  const all = rows.filter(({ segment }) => segment === 'all:');
  const without = sum(all.filter(({ response }) => response === '').map(({ calls }) => calls));
  if (percent(without, sum(all.map(({ calls }) => calls))) < FEW_PERCENT) return [];
  const cause = missingVariant(facts, all);
  const libs = rows
    .filter(({ segment, response }) => response === '' && segment.startsWith('lib:'))
    .map(({ segment, calls }) => ({ lib: partsOf(segment).value || '(none)', without_variant: calls }));
  return [{ ...cause, evidence: { ...cause.evidence, by_library: libs } }];
}

/** Exposures that came and come no more, of all variants or of one. */
export function exposuresStopped(facts: DiagnosisFacts): Cause[] {
  const { counting, traffic } = facts;
  const until = counting.until.getTime();
  const rows = ofExposure(facts).filter(
    ({ segment, response }) => segment === 'all:' && counting.variants.includes(response),
  );
  const states = rows.map(({ response, calls, last_at }) => {
    const last = last_at * 1000;
    const active = Math.max(last - counting.from.getTime(), MS_PER_DAY);
    return { response, last, expected: (calls / active) * (until - last), silent: until - last };
  });
  const stopped = states.filter(({ expected, silent }) => silent >= MS_PER_DAY && expected >= EXPECTED_CALLS);
  if (stopped.length === 0) return [];
  const last = Math.max(...stopped.map(({ last }) => last));
  const day = new Date(last).toISOString().slice(0, 10);
  const evidence = { last_call: new Date(last).toISOString(), variants: stopped.map(({ response }) => response) };
  if (stopped.length < states.length)
    return [
      {
        code: 'variant_stopped',
        confidence: 'certain',
        title: `Nobody has got ${stopped.map(({ response }) => quoted(response)).join(', ')} since ${day}, while other variants go on.`,
        evidence,
        next: 'Check the split and release conditions since that day (experiment-activity): a variant at 0%, or a condition that forces another one.',
      },
    ];
  const goesOn = (traffic ?? []).some(
    ({ segment, events }) => segment.startsWith('day:') && segment.slice(4) > day && events > 0,
  );
  return [
    {
      code: goesOn ? 'flag_no_longer_asked' : 'traffic_stopped',
      confidence: 'certain',
      title: goesOn
        ? `The flag has not been asked for since ${day}, while other events go on.`
        : `No event of any kind has come since ${day}.`,
      evidence,
      next: goesOn
        ? 'Check what was released that day: the code that asks for the flag may be gone.'
        : 'Check that the app still sends events to this project.',
    },
  ];
}

/** A variant with a share that nobody got. */
export function variantNeverGiven(facts: DiagnosisFacts): Cause[] {
  const { split } = facts;
  const given = new Map<string, number>();
  for (const { segment, response, people } of ofExposure(facts))
    if (segment === 'all:') given.set(response, (given.get(response) ?? 0) + people);
  const most = Math.max(0, ...Object.keys(split).map((key) => given.get(key) ?? 0));
  const never = Object.entries(split).filter(([key, share]) => share > 0 && !given.has(key));
  if (facts.calls === null || most < MANY || never.length === 0) return [];
  const keys = never.map(([key]) => key);
  return [
    {
      code: 'variant_never_given',
      confidence: 'certain',
      title: `Nobody ever got ${keys.map(quoted).join(', ')}, although the split gives it a share.`,
      evidence: { people_by_variant: Object.fromEntries(given), split },
      next: 'Check release conditions that force a variant (feature-flag-get), and whether the code or a bootstrap asks for another key.',
    },
  ];
}

/** People kept out as internal users, and clients that say that they are programs. */
export function keptOut(facts: DiagnosisFacts): Cause[] {
  const run = rowOf(facts.traffic, 'phase:run');
  const internal = run ? run.given - run.external : 0;
  const filtered =
    facts.counting.testAccountsFiltered && run && run.external > 0 && percent(internal, run.given) >= FEW_PERCENT
      ? [
          {
            code: 'internal_users_filtered',
            confidence: 'certain' as const,
            title: `${internal} of ${run.given} people with a variant (${percent(internal, run.given)}%) are left out as internal or test accounts.`,
            evidence: { with_a_variant: run.given, left_out: internal },
            next: "Right if they are your own people; else check the project's filters for internal and test users.",
          },
        ]
      : [];
  const people = sum((facts.segments ?? []).filter(({ segment }) => segment === 'all:').map(({ people }) => people));
  const bots = sum((facts.segments ?? []).filter(({ segment }) => segment === 'bot:yes').map(({ people }) => people));
  if (percent(bots, people) < FEW_PERCENT) return filtered;
  return [
    ...filtered,
    {
      code: 'bots_exposed',
      confidence: 'likely',
      title: `${bots} of ${people} exposed people (${percent(bots, people)}%) name themselves bots in their user agent.`,
      evidence: { exposed: people, bots },
      next: 'Filter them out as test accounts by $raw_user_agent, or do not ask for the flag on their requests.',
    },
  ];
}

/** Traffic that never comes to the flag. Only worth telling where people are exposed. */
export function fewAsk(facts: DiagnosisFacts): Cause[] {
  const run = rowOf(facts.traffic, 'phase:run');
  if (!run || run.asked === 0 || run.visitors < MANY || percent(run.asked, run.visitors) >= MOST_PERCENT) return [];
  return [
    {
      code: 'few_visitors_ask',
      confidence: 'possible',
      title: `${run.asked} people asked for the flag, of ${run.visitors} with a page view (${percent(run.asked, run.visitors)}%).`,
      evidence: { visitors: run.visitors, asked: run.asked },
      next: 'As it should be where only some pages ask. Else the flag is asked for too late, or by part of the clients only.',
    },
  ];
}
