import { describe, expect, it } from 'vitest';
import { flagWire } from '../../src/schema/flag.js';
import { servedText } from '../../src/serving/serving.js';

const variants = ['control', 'test'].map((key) => ({ key, rollout_percentage: 50 }));
const flag = (groups: readonly object[]) =>
  flagWire.parse({ id: 1, key: 'steps', active: true, filters: { groups, multivariate: { variants } } });

describe('what users get of a flag', () => {
  it.each([
    ['no release group', [], 'nobody enters, since the flag has no release group'],
    ['a rollout of 0', [{ properties: [], rollout_percentage: 0 }], 'nobody enters, since the rollout is 0%'],
    ['one group', [{ properties: [], rollout_percentage: 100 }], 'all users are split control 50%, test 50%'],
  ])('with %s is told as it is', (_, groups, text) => {
    expect(servedText(flag(groups))).toBe(text);
  });
});
