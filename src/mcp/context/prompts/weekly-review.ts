import type { Workflow } from './workflow.js';

export const WEEKLY_REVIEW: Workflow = {
  name: 'weekly-review',
  title: 'Weekly review of all experiments',
  description: 'Sweep over all experiments of the project: what needs a hand now, what may be concluded, what is fine.',
  arguments: [],
  text: () => `Review all PostHog experiments of this project with me.

1. Call experiment-review with include_results: true, which looks at sample ratios and planned samples, too; where that takes too long, without. Where next_offset is set, read on until you have all that needs a hand.
2. Sort what it found into three groups, most urgent first: broken now (users or data are harmed while we wait), ready for a decision, worth tidying up. One line each: name, id, what is wrong with its number, the next step.
3. For what seems ready for a decision, at most five, call experiment-assess and add its recommendation. Do not judge from significance alone.
4. Say in one line how many experiments are fine, and what could not be checked and why.
5. Change nothing in this review. Propose the next call for each item and let me pick; then do one at a time, each after my yes.`,
};
