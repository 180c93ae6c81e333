import { ARRAYS } from './arrays.js';
import type { Build } from './build.js';
import { CONDITIONS } from './conditions.js';
import { CONVERSIONS } from './conversions.js';
import { DATES } from './dates.js';
import { NUMBERS } from './numbers.js';
import { JSON_TEXT, TEXT } from './text.js';

/** By name, which is exact. */
export const FUNCTIONS: Readonly<Record<string, Build>> = {
  ...ARRAYS,
  ...CONDITIONS,
  ...CONVERSIONS,
  ...DATES,
  ...JSON_TEXT,
  ...NUMBERS,
  ...TEXT,
};
