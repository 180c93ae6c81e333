import { z } from 'zod';

export const CONCLUSIONS = ['won', 'lost', 'inconclusive', 'stopped_early', 'invalid'] as const;

export const conclusion = z.enum(CONCLUSIONS).optional().describe('Verdict');

/** PostHog refuses longer comments. */
export const CONCLUSION_COMMENT_MAX = 4000;

/** Trimmed as PostHog does, so that a preview shows what will be stored. */
export const conclusionComment = z.string().trim().min(1).max(CONCLUSION_COMMENT_MAX).optional().describe('Why');
