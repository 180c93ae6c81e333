import type { Json } from '../events/table.js';

/** What the SDK of a person reports. Shares are those of a common web shop, so that every segment is worth looking at. */
const TRAITS: Readonly<Record<string, readonly (readonly [value: string, percent: number])[]>> = {
  $lib: [
    ['web', 70],
    ['posthog-ios', 20],
    ['posthog-node', 10],
  ],
  $browser: [
    ['Chrome', 55],
    ['Safari', 30],
    ['Firefox', 15],
  ],
  $geoip_country_code: [
    ['US', 45],
    ['DE', 20],
    ['GB', 20],
    ['NO', 15],
  ],
  $device_type: [
    ['Desktop', 60],
    ['Mobile', 40],
  ],
  $pathname: [
    ['/', 50],
    ['/pricing', 30],
    ['/checkout', 20],
  ],
};

/** Properties by which a scenario may say where a mismatch sits. */
export const TRAIT_NAMES = Object.keys(TRAITS);

/** A number from 0 to 1 that follows from a text alone: the same events in every run. */
export function chance(text: string): number {
  // FNV-1a, then mixed so that neighbouring texts differ.
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Values of a trait without one of them, which some people shall not have. */
function drawn(name: string, id: string, without?: string): string {
  const values = (TRAITS[name] ?? []).filter(([value]) => value !== without);
  const whole = values.reduce((sum, [, percent]) => sum + percent, 0);
  let left = chance(`${name} of ${id}`) * whole;
  for (const [value, percent] of values) {
    left -= percent;
    if (left < 0) return value;
  }
  return values.at(-1)?.[0] ?? '';
}

export interface Segment {
  property: string;
  value: string;
}

/** Traits of a person; inside or outside of a segment where that is wanted. */
export function traitsOf(id: string, segment?: Segment & { inside: boolean }): Record<string, Json> {
  const traits: Record<string, Json> = { $device_id: `device-${id}` };
  for (const name of TRAIT_NAMES) {
    if (segment?.property !== name) traits[name] = drawn(name, id);
    else traits[name] = segment.inside ? segment.value : drawn(name, id, segment.value);
  }
  return traits;
}
