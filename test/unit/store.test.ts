import { describe } from 'vitest';
import { createMemoryStore } from '../../src/replicas/store.js';
import { itBehavesAsAStore } from '../helpers/store-cases.js';

describe('the store of one process', () => {
  const clock = { now: 1_000_000 };
  const store = createMemoryStore(() => clock.now);
  itBehavesAsAStore(() => ({
    one: store,
    other: store,
    pass: async (ms) => {
      clock.now += ms;
    },
  }));
});
