import type { z } from 'zod';

declare const apiPathBrand: unique symbol;

/** A path that `apiPath` built: every value in it is encoded and is exactly one segment. */
export type ApiPath = string & { readonly [apiPathBrand]: true };

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface WriteOptions {
  /** PostHog works on it for long: the answer is waited for until the call's deadline, not only for one attempt's time. */
  slow?: boolean;
}

/**
 * The PostHog API as one tool call sees it: all requests share the call's deadline and its abort signal.
 * Every method rejects with a `ToolError` and with nothing else.
 */
export interface PostHogApi {
  /** Origin that requests go to, e.g. `https://us.posthog.com`. */
  readonly origin: string;
  /** Whether writes are refused before they are sent. */
  readonly readOnly: boolean;
  /** Reads; retried on 429, 502, 503, 504 and broken connections. */
  get<T>(path: ApiPath, shape: z.ZodType<T>, query?: Query): Promise<T>;
  /** A read that needs a body: a query. Retried like `get`, and allowed in read-only mode. */
  query<T>(path: ApiPath, shape: z.ZodType<T>, body: object): Promise<T>;
  /**
   * Writes; re-sent only where PostHog cannot have acted (429, connection never made). A write whose outcome is unclear
   * rejects with `outcome_unknown`.
   */
  post<T>(path: ApiPath, shape: z.ZodType<T>, body?: object, options?: WriteOptions): Promise<T>;
  patch<T>(path: ApiPath, shape: z.ZodType<T>, body: object): Promise<T>;
  delete<T>(path: ApiPath, shape: z.ZodType<T>): Promise<T>;
}

export interface PostHogClient {
  /**
   * A view of the API for one tool call. `deadlineMs` is the total for all its requests, retries and bodies; `key` takes
   * the place of the client's own, for this call alone; `readOnly` refuses writes of a caller who may only read.
   */
  forCall(options: {
    signal: AbortSignal;
    deadlineMs?: number;
    key?: string | undefined;
    readOnly?: boolean;
  }): PostHogApi;
  /** Closes the pool: waits 2 s for what is in flight, then destroys it. */
  close(): Promise<void>;
}
