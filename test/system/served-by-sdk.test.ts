import { expect, it } from 'vitest';
import { wrongOfRandomFlags } from '../helpers/served.js';

/** 1.5 million evaluations by the SDK. Milliseconds. */
const PATIENCE_MS = 180_000;

it('what is said of 300 random flags is what PostHog’s SDK gives 5,000 ids', { timeout: PATIENCE_MS }, async () => {
  const { wrong } = await wrongOfRandomFlags(5_000);
  expect(wrong).toEqual([]);
});
