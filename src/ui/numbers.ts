import { pText } from '../render/digits.js';

/** Numbers and times as people read them. Pure; always English, so that a page says the same everywhere. */

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

export function pValue(p: number): string {
  return `p ${pText(p)}`;
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
