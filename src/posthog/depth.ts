import { plainOrQuoted } from '../schema/quote.js';

/** PostHog's own JSON stays below 30 levels; whatever walks an answer by recursion can take this many. */
export const MAX_DEPTH = 500;
/** How much of the way to the place an error names, in steps. */
const STEPS_NAMED = 4;

interface Place {
  value: unknown;
  depth: number;
  key: string;
  within: Place | null;
}

/** Where JSON is nested too deep, and how deep it may be; null where it is not. Walks without recursion. */
export function tooDeep(json: unknown): string | null {
  const left: Place[] = [{ value: json, depth: 0, key: '', within: null }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { value, depth } = place;
    if (value === null || typeof value !== 'object') continue;
    if (depth === MAX_DEPTH) return `${nameOf(place)}: it is nested more than ${MAX_DEPTH} levels deep`;
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== null && typeof inner === 'object')
        left.push({ value: inner, depth: depth + 1, key, within: place });
    }
  }
  return null;
}

function nameOf(place: Place): string {
  const steps: string[] = [];
  for (let at: Place = place; at.within !== null; at = at.within) steps.unshift(at.key);
  return pathName(steps.slice(0, STEPS_NAMED));
}

/** `results.0.name`; a key that could be taken for words of ours stands in quotes. */
export function pathName(path: readonly PropertyKey[]): string {
  return path.map((step) => plainOrQuoted(String(step))).join('.');
}
