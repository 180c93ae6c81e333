import { inspect } from 'node:util';
import { ConfigError } from '../errors.js';

/** A value that shows itself only to `reveal`: not to JSON, templates, `inspect` or enumeration. */
export interface Secret {
  reveal(): string;
}

export type Env = Readonly<Record<string, string | undefined>>;

export interface Setting {
  /** The flag or the variable that it came from. */
  source: string;
  value: string;
}

export function setting(flag: string, given: string | undefined, variable: string, env: Env): Setting | undefined {
  const value = textOf(flag, given);
  if (value !== undefined) return { source: flag, value };
  const fromEnv = present(env[variable]);
  return fromEnv === undefined ? undefined : { source: variable, value: fromEnv };
}

/** Claude Desktop hands on this text in place of a field of a bundle's form that was left blank and has no default. */
const BLANK_FIELD = /^\$\{user_config\.\w+\}$/;

/** Hosts that fill variables from a form set the ones left blank to '', or leave the field's own placeholder. */
export function present(value: string | undefined): string | undefined {
  return value === undefined || value === '' || BLANK_FIELD.test(value) ? undefined : value;
}

export function textOf(flag: string, value: string | undefined): string | undefined {
  if (value === '') throw new ConfigError(`${flag} needs a value; leave it out for the default.`);
  return value;
}

export function booleanOf(variable: string, env: Env): boolean {
  const value = present(env[variable]) ?? 'false';
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new ConfigError(`${variable} must be 1, true, 0 or false.`);
}

export function choiceOf<T extends string>(given: Setting | undefined, allowed: readonly T[]): T | undefined {
  if (given === undefined) return undefined;
  const choice = allowed.find((one) => one === given.value);
  if (choice === undefined) throw new ConfigError(`${given.source} must be one of ${allowed.join(', ')}.`);
  return choice;
}

export function listOf(given: Setting | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const names = given.value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new ConfigError(`${given.source} must name at least one; leave it out for the default.`);
  return Object.freeze(names);
}

export function secretOf(variable: string, env: Env): Secret | undefined {
  const value = present(env[variable]);
  if (value?.trim() === '') throw new ConfigError(`${variable} is blank; leave it out, or set a long random text.`);
  return value === undefined ? undefined : secret(value);
}

export function secret(value: string): Secret {
  const hidden = () => '[redacted]';
  return Object.freeze({ reveal: () => value, toString: hidden, toJSON: hidden, [inspect.custom]: hidden });
}
