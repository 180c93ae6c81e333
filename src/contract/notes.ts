import type { z } from 'zod';
import { ToolError } from '../errors.js';
import { type Difference, differencesOf, unique } from './differences.js';

/**
 * fits, differs: as far as there was something to look at. empty: the project has none. not_reachable: the key may not.
 * not_there: this PostHog has no such endpoint, or its flag is off. failed: no answer, so nothing is known.
 */
export type Verdict = 'fits' | 'differs' | 'empty' | 'not_reachable' | 'not_there' | 'failed';

export interface Finding {
  what: string;
  verdict: Verdict;
  /** How many answers were looked at. */
  answers: number;
  differences: readonly Difference[];
  /** Why there is no answer: a scope, or the code of an error. */
  note?: string;
}

/** What a refusal has to be. */
interface Refusal {
  status: number;
  detail: RegExp;
}

/** Keeps one finding for each kind of answer, however many are looked at. */
export function createNotes() {
  const found = new Map<string, Finding>();
  const note = (what: string, verdict: Verdict, more: { differences?: readonly Difference[]; note?: string } = {}) => {
    const before = found.get(what);
    const worse = before && RANK.indexOf(before.verdict) <= RANK.indexOf(verdict) ? before : { verdict, ...more };
    found.set(what, {
      ...{ what, verdict: worse.verdict, answers: (before?.answers ?? 0) + (ANSWERED.includes(verdict) ? 1 : 0) },
      differences: unique([...(before?.differences ?? []), ...(more.differences ?? [])]),
      ...(worse.note === undefined ? {} : { note: worse.note }),
    });
  };
  /** The answer, or null where there is none; `empty` where PostHog says in these words that there is nothing yet. */
  const attempt = async <T>(what: string, request: () => Promise<T>, nothing?: RegExp): Promise<T | null> => {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const isNothing = nothing?.test(error.fields.detail ?? '') === true;
      if (isNothing) note(what, 'empty');
      else note(what, ...verdictOf(error));
      return null;
    }
  };
  return {
    attempt,
    look: async <S extends z.ZodType>(what: string, shape: S, request: () => Promise<unknown>, nothing?: RegExp) => {
      const value = await attempt(what, request, nothing);
      if (value === null) return null;
      const differences = differencesOf(value, shape);
      note(what, differences.length > 0 ? 'differs' : isEmpty(value) ? 'empty' : 'fits', { differences });
      return shape.safeParse(value).data ?? null;
    },
    differs: (what: string, differences: readonly Difference[]) => {
      if (differences.length > 0) note(what, 'differs', { differences });
    },
    refusal: async (what: string, { status, detail }: Refusal, request: () => Promise<unknown>) => {
      try {
        await request();
        note(what, 'differs', { differences: [{ path: 'the whole', problem: `is an answer, expected ${status}` }] });
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const [verdict, more] = verdictOf(error);
        if (error.fields.status === undefined || verdict === 'not_reachable') return note(what, verdict, more);
        const differences = [
          ...(error.fields.status === status ? [] : [{ path: 'status', problem: `is not ${status}` }]),
          ...(detail.test(error.fields.detail ?? '') ? [] : [{ path: 'detail', problem: 'has other words' }]),
        ];
        note(what, differences.length > 0 ? 'differs' : 'fits', { differences });
      }
    },
    empty: (what: string) => note(what, 'empty'),
    findings: () => [...found.values()],
  };
}

/** The worst first: one bad answer outweighs the good ones, and a good one the absence of others. */
const RANK: readonly Verdict[] = ['differs', 'failed', 'fits', 'not_reachable', 'not_there', 'empty'];
const ANSWERED: readonly Verdict[] = ['fits', 'differs', 'empty'];

/** What an error says of the endpoint. Its text may hold the project's data, so none of it is shown. */
function verdictOf({ code, fields }: ToolError): [Verdict, { differences?: Difference[]; note?: string }] {
  if (code === 'missing_scope') return ['not_reachable', { note: `lacks ${fields.missing_scope ?? 'a scope'}` }];
  if (code === 'forbidden' || code === 'unauthenticated') return ['not_reachable', { note: code }];
  if (code === 'not_found' || code === 'method_not_allowed') return ['not_there', { note: `${fields.status}` }];
  if (code === 'unexpected_response')
    return ['differs', { differences: [{ path: 'the whole', problem: 'is no JSON, or about another thing' }] }];
  return ['failed', { note: code }];
}

function isEmpty(value: unknown): boolean {
  const rows: unknown = Reflect.get(Object(value), 'results');
  return Array.isArray(rows) && rows.length === 0;
}
