import { z } from 'zod';

export const CONCLUSIONS = ['won', 'lost', 'inconclusive', 'stopped_early', 'invalid'] as const;

export const conclusion = z.enum(CONCLUSIONS).optional().describe('Verdict');

/** The same beside a tool that lists the verdicts: every conversation pays for a list. */
export const conclusionAsInEnd = z.string().pipe(z.enum(CONCLUSIONS)).optional().describe('As in experiment-end');

/** PostHog refuses longer comments. */
export const CONCLUSION_COMMENT_MAX = 4000;

/** Trimmed as PostHog does, so that a preview shows what will be stored. */
export const conclusionComment = z.string().trim().min(1).max(CONCLUSION_COMMENT_MAX).optional().describe('Why');
