import type { z } from 'zod';
import type { PostHogApi } from './posthog/types.js';
import type { Claim } from './schema/claim.js';
import type { Experiment } from './schema/experiment.js';

export const TOOLSETS = [
  'experiments',
  'lifecycle',
  'results',
  'context',
  'exposure',
  'holdouts',
  'saved-metrics',
  'admin',
  'beta',
] as const;
export type Toolset = (typeof TOOLSETS)[number];
/**
 * The name that a tool has now, where it is called or asked for: an older one is still taken, and so is one with `_` for `-`,
 * which is how several clients write names.
 */
export function presentName(name: string): string {
  return name.replaceAll('_', '-').replace(/^experiments-bulk-update-tags$/, '$&-create');
}

export const DEFAULT_TOOLSETS: readonly Toolset[] = ['experiments', 'lifecycle', 'results', 'context'];

/**
 * read: changes nothing. write: changes PostHog but nobody's product. live: changes what end users see or who is
 * enrolled. destructive: hard or impossible to take back.
 */
export type Access = 'read' | 'write' | 'live' | 'destructive';

/** What of an answer is sent. `both` is safe everywhere; some clients hand both on to the model, which then pays twice. */
export const ANSWER_FORMS = ['both', 'text', 'data'] as const;
export type AnswerForm = (typeof ANSWER_FORMS)[number];

export const VIEWS = ['results', 'review'] as const;
export type View = (typeof VIEWS)[number];

export interface CallContext {
  api: PostHogApi;
  /** Numeric project id; never chosen by the model. */
  project: number;
  now: () => Date;
  /**
   * What was read for earlier calls with the same key, by project; left out where a caller brings a key of their own, which
   * may read less.
   */
  remembered?: Map<number, unknown>;
  /** Aborts when the caller cancels; the API's requests heed it already. */
  signal: AbortSignal;
  /** Tells a waiting client how far a long call is; does nothing where the client did not ask. */
  progress(done: number, total: number, message: string): void;
}

export interface Warning {
  code: string;
  message: string;
  /** Ids of the other experiments that the message names. */
  experiments?: readonly number[];
}

export interface Effects {
  /** Who sees what from now on. */
  users: string;
  /** Whose data counts. */
  analysis: string;
}

export type Undo =
  | { tool: string; arguments: Record<string, unknown>; note?: string }
  | { not_reversible_because: string };

/** Another experiment that uses the same feature flag. */
export interface FlagSharer {
  id: number;
  name: string;
  status: string;
  archived?: boolean;
  tags?: readonly string[];
}

/** What a write knew before it acted, read from the server in the same call. */
export interface StateBefore {
  experiment: Experiment;
  /** All other experiments on the same flag that are not deleted, ended and archived ones too. */
  sharers: readonly FlagSharer[];
}

/** What a write is about to do, computed from the input and the state before; it is also what a preview shows. */
export interface Plan<T = Experiment> {
  effects: Effects;
  /** Level of this very call, where it depends on the arguments or the state; else the tool's `access`. */
  level?: Access;
  warnings?: readonly Warning[];
  /** Set where the wanted state holds already: nothing is sent, and this says why. */
  alreadyDone?: string;
  /** What PostHog will answer, in its words, where the state speaks against the call: nothing is previewed then. */
  refused?: string | undefined;
  /** The thing as the call is to leave it, `NOW` for times that PostHog sets; left out where that is not known before. */
  after?: T | undefined;
  /** Paths of changes that the call is to leave as they are, where a step of it moves them and a later one puts them back. */
  keeps?: readonly string[];
  /** Flag key of the new experiment that the call makes, by which it is found again. */
  makesOn?: string;
  /** Where to look for what the call makes, as the start of a sentence, where no tool of this server reads it. */
  elsewhere?: string;
  /** After the call it cannot be read any more. */
  gone?: true;
  /**
   * What the call says about the evidence, in so many words; only of tools that are `gated`. What the flag would ship by
   * `after` is added to it.
   */
  claims?: readonly Claim[];
}

interface ToolBase<I extends z.ZodType> {
  /** kebab-case, equal to the file name and to PostHog's own tool name where one exists. */
  name: string;
  title: string;
  /** People's own words for what the tool does, for clients that search tools before they show them to a model. */
  searchHint: string;
  toolset: Toolset;
  /** Highest level a call can have; annotations show it. */
  access: Access;
  /** Whether a repeat with the same arguments leaves the same state. */
  idempotent: boolean;
  description: string;
  input: I;
  /** Names accepted for `id` before validation; never published. */
  idAliases?: readonly string[];
}

export interface ReadTool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends ToolBase<I> {
  access: 'read';
  output: O;
  /** The view, an MCP App, in which clients that can show pages draw the answer. */
  view?: View;
  /** Lines of text that show the answer's numbers at a glance; added to the text, which is complete without them. */
  picture?(output: z.output<O>): string[];
  run(input: z.output<I>, context: CallContext): Promise<z.input<O>>;
}

export interface Change {
  /** Dotted path within the thing that changed. */
  path: string;
  before: unknown;
  after: unknown;
}

/**
 * The part of a shown state that moves with every write. It makes a confirmation work once even where nothing else remembers
 * that it was used, and the rest of the state is as it was again.
 */
export const REVISION = 'revision';

/** A kind of thing that writes act on: how its state is read, shown and compared. */
export interface Subject<T, B, K = number> {
  /** Name of its field in the answer. */
  field: 'experiment' | 'holdout' | 'saved_metric' | 'tagged';
  readBefore(key: K, context: CallContext): Promise<B>;
  /** The thing itself within the state before. */
  of(before: B): T;
  /** As PostHog now has it. */
  readAgain(value: T, context: CallContext): Promise<T>;
  view(value: T, context: CallContext): unknown;
  /** Everything that differs; what there is of a new thing where there was none before. */
  changes(before: T | null, after: T): Change[];
  /** Tool that reads one of these by its `id`, and one that lists them. */
  readTool: string;
  listTool: string;
  /** What a preview shows and a confirmation is for, by names that a person understands. */
  shown(before: B): Record<string, unknown>;
  /** The call that puts everything back after a write of several steps failed on the way. Left out: one-step writes only. */
  restore?(before: T, now: T): Undo;
  /** Who sees what where nothing is changed. */
  unchanged(value: T): string;
}

/** What a write sent, and the thing to show for it. */
export interface Sent<T = Experiment> {
  /** As the write's own answer has it. */
  after: T;
  /** False where reading it back would be a 404 by design (delete). */
  readable?: boolean;
  /** What changed, where it cannot be told by comparing before and after. */
  changes?: Change[];
  /** Things that only the answer revealed, e.g. that an existing flag was linked. */
  warnings?: readonly Warning[];
}

/**
 * A tool that changes something. `B` is the state that `plan`, `run` and `undo` are given: `StateBefore` where `target`
 * always names an experiment, with null where it may not. `T` is the thing acted on, `K` what names it.
 */
export interface WriteTool<I extends z.ZodType = z.ZodType, B = StateBefore, T = Experiment, K = number>
  extends ToolBase<I> {
  access: 'write' | 'live' | 'destructive';
  /** Its plan can give a call a lower level than `access`. */
  varies?: true;
  /**
   * Its plan can hold claims, which have to pass the gates or be overridden with a reason. `evidence`: a comment that is
   * left out is filled with what the claim rests on.
   */
  gated?: 'evidence' | 'plain';
  /** Can take several requests: what some of them have done is put back by the subject's `restore`. */
  stepwise?: true;
  /** Left out: experiments. */
  subject?: Subject<T, NonNullable<B>, K>;
  /** What the write acts on; null where there is nothing to read before. */
  target(
    input: z.output<I>,
    context: CallContext,
  ): K | (null extends B ? null : never) | Promise<K | (null extends B ? null : never)>;
  /** Pure. Throws a `ToolError` for what can be refused without asking PostHog. */
  plan(input: z.output<I>, before: B): Plan<T>;
  /**
   * For what makes something new: notes what there is, and returns a look for what has come since, for when the answer
   * to the request is lost. The look gives null where nothing has.
   */
  watch?(input: z.output<I>, context: CallContext, before: B): Promise<(context: CallContext) => Promise<T | null>>;
  run(input: z.output<I>, context: CallContext, before: B): Promise<Sent<T>>;
  /** Tools that `undo` may name; they are served wherever this tool is. */
  undoTools?: readonly string[];
  /** Pure. The exact call that restores the state before it, or why there is none. */
  undo(input: z.output<I>, before: B, after: T): Undo;
}

/** A write of whatever kind, as the pipeline sees it. */
export type AnyWriteTool = WriteTool<z.ZodType, unknown, unknown, unknown>;

export type Tool = ReadTool | AnyWriteTool;

/** Identity; exists so that `run` sees the types of `input` and `output`. */
export function defineReadTool<I extends z.ZodType, O extends z.ZodType>(tool: ReadTool<I, O>): ReadTool<I, O> {
  return tool;
}

/** Identity; exists so that `plan`, `run` and `undo` see the type of `input`. For tools that act on an experiment. */
export function defineWriteTool<I extends z.ZodType>(tool: WriteTool<I>): WriteTool<I> {
  return tool;
}

/** The same for tools that may start from nothing: the experiment is made, or cannot be read before. */
export function defineCreateTool<I extends z.ZodType>(
  tool: WriteTool<I, StateBefore | null>,
): WriteTool<I, StateBefore | null> {
  return tool;
}

/** The same for tools that act on another kind of thing; `subject` says how that is read and shown. */
export function defineSubjectTool<I extends z.ZodType, B, T, K>(
  tool: WriteTool<I, B, T, K> & { subject: Subject<T, NonNullable<B>, K> },
): WriteTool<I, B, T, K> {
  return tool;
}

/** MCP annotations, all four explicit: clients assume the worst of an absent hint. */
export function annotationsOf(tool: Pick<Tool, 'access' | 'idempotent' | 'title'>) {
  return {
    title: tool.title,
    readOnlyHint: tool.access === 'read',
    destructiveHint: tool.access === 'live' || tool.access === 'destructive',
    idempotentHint: tool.idempotent,
    openWorldHint: true,
  };
}
