/** A call that reads what became of a write. */
export interface ReadCall {
  tool: string;
  arguments: Record<string, unknown>;
}

export interface WriteAttempt {
  tool: string;
  arguments: Record<string, unknown>;
  project_id: number;
  /** Whose call it was, where a process has several callers. */
  caller?: string;
  /** What the write started from; null where it makes something new. */
  before: unknown;
  read: ReadCall;
}

export interface WriteOutcome {
  /** `applied`, `not_applied`, `outcome_unknown`, `pending_approval` or `failed`. */
  status: string;
  error?: string;
  changes?: unknown;
  undo?: unknown;
}

/** A record of every write attempt, on disk before the request leaves and after it has ended. */
export interface Journal {
  /** Resolves with the attempt's id once it is on disk; rejects where that fails, and then nothing may be sent. */
  begin(attempt: WriteAttempt): Promise<string>;
  /** Never rejects: the write has happened by then, and its answer must not be lost to a full disk. */
  end(id: string, outcome: WriteOutcome): Promise<void>;
  /** The same journal, which hides more: what is secret for one call only. */
  hiding(redact: (text: string) => string): Journal;
}
