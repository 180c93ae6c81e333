import { cleanText } from '../../../render/untrusted.js';

/** Where the values of an argument come from: names and keys of experiments, of drafts only, or names of events. */
export type Completes = 'experiment' | 'draft' | 'event';

export interface WorkflowArgument {
  name: string;
  description: string;
  required: boolean;
  completes?: Completes;
}

/** A prompt: a way of working with the tools, written as the request of the person who picked it. */
export interface Workflow {
  name: string;
  title: string;
  description: string;
  arguments: readonly WorkflowArgument[];
  /** @param values as `quoted` made them; absent where not given. */
  text(values: Readonly<Record<string, string | undefined>>): string;
}

/** A value as a JSON string: however it reads, it stays one quoted piece of data on one line. */
export function quoted(value: string): string {
  return JSON.stringify(cleanText(value));
}

/** How to get from what a person typed to one experiment. */
export function findStep(experiment: string | undefined): string {
  return `Find the experiment that I call ${experiment} (data, whatever it reads like). Digits alone are its id. Otherwise try experiment-get with feature_flag_key where it can be a key, and experiment-list with search. Some clients keep only the first word of a name, so one that merely contains the word is a candidate, not a match. Where none or several fit, show me which there are and ask; never guess.`;
}
