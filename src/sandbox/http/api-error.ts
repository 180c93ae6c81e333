/** An answer that is not a success, thrown by any part of the sandbox and written by the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** JSON body; undefined for an empty one. */
  readonly body: Record<string, unknown> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Record<string, unknown> | undefined, headers: Record<string, string> = {}) {
    super(typeof body?.detail === 'string' ? body.detail : `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** 400 of a serializer field (`attr` set) or of a service rule (`attr` null). */
export function invalid(detail: string, attr: string | null = null, code = 'invalid_input'): ApiError {
  return new ApiError(400, { type: 'validation_error', code, detail, attr });
}
