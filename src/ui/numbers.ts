/** Numbers and times as people read them. Pure; always English, so that a page says the same everywhere. */

const MINUS = '−';
const MAX_DECIMALS = 6;

/** Decimals that an interval supports: two significant digits of its width. */
export function decimalsFor(low: number, high: number): number {
  const width = Math.abs(high - low);
  if (!Number.isFinite(width) || width === 0) return 2;
  return Math.min(MAX_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

/** `+4.3`, `−1.0`, `0`. */
export function signed(value: number, decimals: number): string {
  const digits = Math.abs(value).toFixed(decimals);
  if (Number(digits) === 0) return '0';
  return `${value < 0 ? MINUS : '+'}${digits}`;
}

/** `12,010`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Of at most four digits: `50`, `49.56`, `0.8`. */
export function plain(value: number): string {
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(4)));
}

/** A share between 0 and 1 as `22.0%`. */
export function share(fraction: number): string {
  const percent = fraction * 100;
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 1 ? 2 : 1)}%`;
}

/** A probability; never a flat 0 or 100%, which nothing measured is. */
export function chance(fraction: number): string {
  if (fraction > 0.999) return '> 99.9%';
  if (fraction < 0.001) return '< 0.1%';
  return `${(fraction * 100).toFixed(fraction > 0.99 || fraction < 0.01 ? 1 : 0)}%`;
}

export function pValue(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p ${Number(p.toPrecision(2))}`;
}

/** `2026-11-25 10:22 UTC` of an ISO time; what is none stays as it is. */
export function time(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function age(hours: number): string {
  if (hours < 1) return 'under an hour old';
  if (hours < 48) return `${Math.round(hours)} ${Math.round(hours) === 1 ? 'hour' : 'hours'} old`;
  return `${Math.round(hours / 24)} days old`;
}

/** `guardrail_regression` → `guardrail regression`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
