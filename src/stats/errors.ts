/**
 * Why a statistic cannot be had. `invalid_count`, `not_finite` and `impossible_sums` mean data that no experiment can
 * have produced; `invalid_setting` a level or parameter out of range; the rest that the data is possible and says too
 * little: a denominator or a baseline of zero, values that do not vary, too few of them.
 */
export type StatsErrorCode =
  | 'invalid_count'
  | 'not_finite'
  | 'impossible_sums'
  | 'invalid_setting'
  | 'zero_denominator'
  | 'zero_baseline'
  | 'no_variance'
  | 'too_few';

const DATA_TOO_THIN: readonly StatsErrorCode[] = ['zero_denominator', 'zero_baseline', 'no_variance', 'too_few'];

export class StatsError extends Error {
  override readonly name = 'StatsError';
  readonly code: StatsErrorCode;

  constructor(code: StatsErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** True where more data could make it computable, so that "no result yet" is a fair answer. */
  get dataTooThin(): boolean {
    return DATA_TOO_THIN.includes(this.code);
  }
}

/** The value, or `not_finite`; the last gate that keeps NaN and infinities from leaving. */
export function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw new StatsError('not_finite', `${what} is not a finite number`);
  return value;
}

/** The value where it is a whole number of at least `minimum`, or `invalid_count`. */
export function count(value: number, what: string, minimum = 0): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new StatsError('invalid_count', `${what} must be a whole number of at least ${minimum}, not ${value}`);
}

/** The value where it lies strictly between 0 and 1, or `invalid_setting`. */
export function fraction(value: number, what: string): number {
  if (value > 0 && value < 1) return value;
  throw new StatsError('invalid_setting', `${what} must lie between 0 and 1, not ${value}`);
}

/** The value where it is finite and above zero, or `invalid_setting`. */
export function positive(value: number, what: string): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new StatsError('invalid_setting', `${what} must be a number above 0, not ${value}`);
}
