/** What a sentence about a flag claims, read from its words alone. Shares are of all users, 0 to 1. */
export interface Claim {
  /** A share by value that an SDK answers, within these bounds. */
  shares: Record<string, { min: number; max: number }>;
}

const exactly = (share: number) => ({ min: share, max: share });
const percent = (text: string) => Number(text) / 100;

const INSIDE =
  /^(?:all|(?<part>[\d.]+)% of) (?:users|groups of type \d+)(?: outside the (?<holdout>[\d.]+)% holdout)?(?<some> who match [^,]*?| (?:whom|that) no earlier release group keeps out)? (?<deals>are split|see|get the flag|get what)(?<rest>.*)$/;

/** Null where the sentence claims no share that can be held against what SDKs answer. */
export function claimOf(sentence: string): Claim | null {
  const text = sentence.replace(/^The flag is on: /, '').replace(/^./, (first) => first.toLowerCase());
  if (/^nobody (?:enters|is in a variant)/.test(text)) return { shares: { inside: exactly(0) } };
  const { part = '100', holdout = '0', some, deals, rest = '' } = INSIDE.exec(text)?.groups ?? {};
  if (deals === undefined) return null;
  const outside = 1 - percent(holdout);
  const whole = percent(part) * outside;
  const inside = some === undefined ? exactly(whole) : { min: 0, max: whole };
  const shares: Claim['shares'] = { inside };
  if (deals === 'see') {
    const [, key] = /^ "([^"]+)"(?!, except)/.exec(rest) ?? [];
    if (key !== undefined && !rest.includes('except')) shares[key] = inside;
  }
  if (deals === 'are split' && !rest.includes('except')) {
    for (const [, key = '', share = '0'] of rest.matchAll(/\b(?!and )([\w-]+) ([\d.]+)%/g))
      shares[key] = { min: inside.min * percent(share), max: inside.max * percent(share) };
  }
  const [, all] = /, which makes (.*) in all/.exec(rest) ?? [];
  for (const [, key = '', share = '0'] of (all ?? '').matchAll(/([\w-]+) ([\d.]+)%/g))
    shares[key] = exactly(whole * percent(share));
  return { shares };
}
