/** Where things stand on a line. Pure. */

/** Room left at both ends, for marks and labels that stand on the last value. Per cent of the width. */
const MARGIN = 4;
const MAX_TICKS = 5;

export interface Span {
  low: number;
  high: number;
}

export interface Scale {
  /** Per cent of the width at which a value stands. */
  at(value: number): number;
  /** Round values, zero among them. */
  ticks: readonly number[];
  /** Decimals that the ticks need. */
  decimals: number;
}

/** A scale that holds zero and all spans; null where there is nothing to show. */
export function scaleOf(spans: readonly Span[]): Scale | null {
  const ends = spans.flatMap(({ low, high }) => [low, high]);
  if (ends.length === 0 || !ends.every(Number.isFinite)) return null;
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  if (low === high) return null;
  const step = stepOf(high - low);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const at = (value: number) => MARGIN + ((value - low) / (high - low)) * (100 - 2 * MARGIN);
  return {
    at: (value) => Math.round(at(value) * 100) / 100,
    ticks: Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step),
    decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)),
  };
}

/** 1, 2 or 5 times a power of ten, so that few ticks cover the width. */
function stepOf(width: number): number {
  const rough = width / MAX_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}
