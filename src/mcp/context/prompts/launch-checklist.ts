import { findStep, type Workflow } from './workflow.js';

export const LAUNCH_CHECKLIST: Workflow = {
  name: 'launch-checklist',
  title: 'Check before a launch',
  description: 'Go through what must be right before a draft experiment is launched, and launch it after a yes.',
  arguments: [
    {
      name: 'experiment',
      description: 'Id, feature flag key or name of the draft; clients that split at blanks need id or key.',
      required: true,
      completes: 'draft',
    },
  ],
  text: ({ experiment }) => `Help me check a PostHog experiment before its launch.

1. ${findStep(experiment)}
2. If it is no draft any more, say what state it is in and stop here.
3. Call experiment-preflight with its id. Show me the blockers first, then the warnings, then what could not be checked and why; sum up in one line what is fine.
4. Say in plain words who will see what: rollout_percentage is the share of all users who enter, split_percent divides those who entered between the variants, and targeting narrows both. Name every other experiment on the same flag.
5. Ask me what no tool can see: is the code that reads the flag deployed, does every variant work, and does somebody watch errors after the launch?
6. For each blocker and warning propose the smallest experiment-update that mends it. Split, variants and holdout are free to change only while it is a draft. Change nothing without my yes; after changes run experiment-preflight again.
7. When I say launch, repeat name and id and call experiment-launch. If the answer is a preview (confirmation_required), show it to me and wait for my yes.
8. Afterwards tell me what users see now and the undo that the answer holds (experiment-pause turns it off), and suggest to look at exposures with experiment-results after a day.`,
};
