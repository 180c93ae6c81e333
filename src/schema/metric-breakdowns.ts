import { z } from 'zod';
import { plainOrQuoted } from './quote.js';

/** Breakdowns of a shared metric within one experiment. */
export const breakdownNames = z.array(z.string().min(1).max(400)).max(3).optional().describe('person:plan');

/** A property of the event, or `person:plan`. */
export function breakdownOf(text: string): { property: string; type: string } {
  const [, type = 'event', property = text] = /^(?:(person|session):)?(.+)$/s.exec(text) ?? [];
  return { property, type };
}

/** A stored breakdown in the same words. */
export function breakdownName(breakdown: unknown): string {
  const { property, type } = Object(breakdown);
  const prefix = typeof type === 'string' && type !== 'event' ? `${plainOrQuoted(type)}:` : '';
  return `${prefix}${plainOrQuoted(String(property))}`;
}
