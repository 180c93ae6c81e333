import { type Cause, type DiagnosisFacts, type Identity, partsOf, percent, sum } from './facts.js';

/** From here on people seen in several variants bias an uneven split. Per cent. Source: PostHog behaviour. */
const SEVERAL_PERCENT = 0.1;
const MIN_SEVERAL = 10;
/** A person has hardly more ids than this before login comes into it. Source: PostHog's diagnosing guide. */
const IDS_PER_PERSON = 1.2;
const MIN_PEOPLE = 50;

const CAUSES: readonly {
  field: Exclude<keyof Identity, 'people' | 'one_device'>;
  code: string;
  what: string;
  next: string;
}[] = [
  {
    field: 'at_login',
    code: 'several_variants_at_login',
    what: 'changed variant when they logged in',
    next: 'Ask for the flag by an id that stays: ensure_experience_continuity, or device bucketing.',
  },
  {
    field: 'across_devices',
    code: 'several_variants_across_devices',
    what: 'used several devices',
    next: 'Ask for the flag after login, by the id of the user; or count the first variant: multiple_variant_handling first_seen.',
  },
  {
    field: 'at_split_change',
    code: 'several_variants_at_split_change',
    what: 'got another variant when the split was changed',
    next: 'A changed split moves people. Start over with experiment-reset or experiment-duplicate.',
  },
  {
    field: 'other_ids',
    code: 'several_variants_other_ids',
    what: 'have several ids on one device',
    next: 'Check where the id is made anew: cleared cookies, a new format of ids, or servers that invent one.',
  },
];

/** Why people were seen in several variants. */
export function severalVariants({ segments, identity }: DiagnosisFacts): Cause[] {
  if (segments === null || identity === null || identity.people === 0) return [];
  const all = sum(segments.filter(({ segment }) => segment === 'all:').map(({ people }) => people));
  if (identity.people < MIN_SEVERAL || percent(identity.people, all) < SEVERAL_PERCENT) return [];
  const known = sum(CAUSES.map(({ field }) => identity[field]));
  const rest = {
    code: 'several_variants_same_id',
    people: identity.people - known,
    what: 'have one id and one device',
    next: 'The same id got two answers: a bootstrapped or forced variant, or local evaluation with old definitions.',
  };
  const found = [...CAUSES.map(({ field, ...cause }) => ({ ...cause, people: identity[field] })), rest]
    .filter(({ people }) => people > 0)
    .sort((a, b) => b.people - a.people);
  const [main] = found;
  if (!main) return [];
  const share = percent(main.people, identity.people);
  return [
    {
      code: main.code,
      confidence: share >= 80 ? 'likely' : 'possible',
      title: `${identity.people} of ${all} exposed people (${percent(identity.people, all)}%) were seen in several variants; ${share}% of them ${main.what}.`,
      evidence: {
        exposed: all,
        several: identity.people,
        by_cause: Object.fromEntries(found.map(({ code, people }) => [code, people])),
        device_bucketing_would_have_held: identity.one_device,
      },
      next: main.next,
    },
  ];
}

/** Libraries whose people have many ids each. */
export function manyIds({ segments }: DiagnosisFacts): Cause[] {
  const names = [...new Set((segments ?? []).map(({ segment }) => segment))].filter((one) => one.startsWith('lib:'));
  const many = names.flatMap((name) => {
    const rows = (segments ?? []).filter(({ segment }) => segment === name);
    const [people, ids] = [sum(rows.map(({ people }) => people)), sum(rows.map(({ ids }) => ids))];
    const each = people > 0 ? ids / people : 0;
    return people >= MIN_PEOPLE && each > IDS_PER_PERSON
      ? [{ lib: partsOf(name).value || '(none)', people, ids_per_person: Number(each.toPrecision(3)) }]
      : [];
  });
  if (many.length === 0) return [];
  return [
    {
      code: 'many_ids_per_person',
      confidence: 'certain',
      title: `People have many ids each: ${many.map(({ lib, ids_per_person }) => `${ids_per_person} in ${lib}`).join(', ')}.`,
      evidence: { by_library: many },
      next: 'Each id may get another variant. Ask for the flag by one id per person, and identify people in one place.',
    },
  ];
}
