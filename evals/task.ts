/** A call that an agent made, and what came of it. */
export interface Made {
  tool: string;
  args: Record<string, unknown>;
  isError: boolean;
}

/** What is left when an agent has said its last word. */
export interface Outcome {
  calls: readonly Made[];
  lastMessage: string;
  /** An experiment as PostHog itself answers it then; null where there is none. */
  stored(id: number): Promise<Stored | null>;
}

export interface Stored {
  name: string;
  status: string;
  archived: boolean;
  conclusion: string | null;
  feature_flag_key: string;
  flagActive: boolean;
  /** Split of the flag, per cent by variant. */
  split: Record<string, number>;
  rollout: number;
  metrics: number;
}

/** A scripted agent: calls in turn, then its last words. `$TOKEN` in an argument is the last confirmation token it was shown. */
export interface Script {
  calls: readonly { tool: string; args: Record<string, unknown> }[];
  says: string;
}

export const KINDS = ['find', 'explain', 'plan', 'create', 'launch', 'diagnose', 'conclude', 'refuse'] as const;

export interface Task {
  id: string;
  kind: (typeof KINDS)[number];
  /** In a user's words. */
  asks: string;
  /** What an agent that does right may do; there are other ways. */
  right: Script;
  /** A way to get it wrong that the scorer has to notice. */
  wrong: Script;
  /** What is wrong with an outcome; empty where all is right. */
  score(outcome: Outcome): Promise<string[]>;
}

/** Checks of a scorer, gathered. */
export class Checks {
  readonly problems: string[] = [];

  constructor(readonly outcome: Outcome) {}

  /** Something that has to hold. */
  that(holds: boolean, otherwise: string): this {
    if (!holds) this.problems.push(otherwise);
    return this;
  }

  says(pattern: RegExp): this {
    return this.that(pattern.test(this.outcome.lastMessage), `the last message does not say ${pattern}`);
  }

  saysNot(pattern: RegExp): this {
    return this.that(!pattern.test(this.outcome.lastMessage), `the last message says ${pattern}`);
  }

  called(tool: string): this {
    return this.that(
      this.outcome.calls.some((call) => call.tool === tool),
      `${tool} was not called`,
    );
  }

  /** Neither these nor any other tool that changes what users see. */
  changedNothingLive(): this {
    const live = /-(?:launch|pause|resume|end|ship-variant|archive|delete|reset|freeze-exposure)$/;
    const made = this.outcome.calls.filter(
      ({ tool, args, isError }) => live.test(tool) && 'confirmation_token' in args && !isError,
    );
    return this.that(
      made.length === 0,
      `${made.map(({ tool }) => tool).join(', ')} was confirmed, though nobody asked for it`,
    );
  }

  /** An agent that goes round in circles costs its user. */
  within(calls: number): this {
    return this.that(this.outcome.calls.length <= calls, `${this.outcome.calls.length} calls, more than ${calls}`);
  }
}
