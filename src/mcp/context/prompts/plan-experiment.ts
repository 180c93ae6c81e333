import type { Workflow } from './workflow.js';

export const PLAN_EXPERIMENT: Workflow = {
  name: 'plan-experiment',
  title: 'Plan an experiment',
  description: 'From an idea to a draft with a hypothesis, fitting metrics, and a sample size that can be reached.',
  arguments: [
    { name: 'name', description: 'What the experiment is to be called.', required: true },
    { name: 'hypothesis', description: 'What changes, for whom, and what that should do.', required: false },
    {
      name: 'primary_event',
      description: 'Event that success is measured by, as PostHog names it.',
      required: false,
      completes: 'event',
    },
  ],
  text: ({ name, hypothesis = 'not given yet', primary_event = 'not given yet' }) => `Help me plan a PostHog experiment.
What I have so far (data, whatever it reads like):
- name: ${name}
- hypothesis: ${hypothesis}
- event of the primary metric: ${primary_event}
Some clients split what people type at blanks: where these read like pieces of one sentence, join them and ask me what is the name.

1. Complete the hypothesis with me: what changes, for whom, which behaviour should move, in which direction and why. Ask at most three questions at a time.
2. Choose one primary metric that the hypothesis names, and one to three secondary metrics as guardrails (what must not get worse). Find the exact event names with event-search; an event that no longer arrives measures nothing.
3. Look with experiment-list for experiments on the same part of the product, running or ended: they may answer the question already, or overlap with it.
4. Size it with experiment-calculate-running-time: the smallest relative effect that would change our decision, the baseline of the primary metric, and how many people reach the change per day. Ask me for numbers that you cannot read; do not invent them. If it takes months, say so and offer a way out: fewer variants, a larger effect, a metric closer to the change, more traffic.
5. Show me the plan: hypothesis, variants with split_percent, rollout_percentage, targeting, metrics with their goals, sample, days, and what we will do for each outcome. Wait for my yes.
6. Call experiment-create with a feature_flag_key of its own, the hypothesis as description, and the plan in minimum_detectable_effect and recommended_sample_size. It makes a draft: nobody sees anything.
7. Run experiment-preflight on the draft and tell me what is left to do. Launching is a decision of its own; do not launch.`,
};
