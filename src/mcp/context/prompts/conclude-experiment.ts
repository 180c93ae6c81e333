import { findStep, type Workflow } from './workflow.js';

export const CONCLUDE_EXPERIMENT: Workflow = {
  name: 'conclude-experiment',
  title: 'Conclude an experiment',
  description: 'Weigh the evidence of an experiment and, after a yes, end it with its conclusion or ship a variant.',
  arguments: [
    {
      name: 'experiment',
      description: 'Id, feature flag key or name of the experiment; clients that split at blanks need id or key.',
      required: true,
      completes: 'experiment',
    },
  ],
  text: ({ experiment }) => `Help me conclude a PostHog experiment.

1. ${findStep(experiment)}
2. Call experiment-assess with its id. The recommendation follows fixed rules over the stored results: do not weigh significance anew and do not argue it stronger. Where it says that results are stale or missing, offer experiment-results with refresh: true (scope experiment:write; not where this server only reads), then assess again.
3. Tell me in a few sentences: the recommendation; every blocker and warning with its numbers; for each primary metric the effect with its interval; what would change the picture.
4. Propose one step that fits the recommendation:
   - ship: experiment-ship-variant with the recommended variant_key, conclusion won. It rewrites the flag and ends the experiment as well. Ask whether the release conditions stay (the default) or everybody gets the variant (release_to_everyone).
   - keep_control: experiment-end with conclusion lost. Users keep their variants until the flag changes, so ask whether to ship the baseline instead, which ends it too.
   - end_inconclusive: experiment-end with conclusion inconclusive.
   - keep_running: change nothing; say until when, or for how many more people.
   - fix_first: change nothing; name what to mend, in which order.
   - cannot_tell: change nothing; say what is missing. If I want it over all the same, stopped_early or invalid is the honest conclusion.
5. Before any write show me the experiment's name and id, the exact call with its conclusion_comment (start from evidence_comment) and what users will see afterwards. Wait for my yes.
6. If the answer is a preview (confirmation_required), nothing has happened: show it to me and go on only with my yes. An override_reason is mine to give, in my words; never make one up.
7. At the end tell me the status, what users see now, and the undo that the answer holds.`,
};
