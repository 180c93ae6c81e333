/** The SDK drops this one name without a word, so that a call would run without what it was told. */
export function hasLostArgument(params: unknown): boolean {
  const given: unknown = params !== null && typeof params === 'object' ? Reflect.get(params, 'arguments') : undefined;
  return given !== null && typeof given === 'object' && Object.hasOwn(given, '__proto__');
}

export const LOST_ARGUMENT = 'Invalid params: __proto__ is an unknown argument';
