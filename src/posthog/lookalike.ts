/** Names that are easily taken for PostHog Cloud and lead elsewhere. A key that is sent there is lost. */

const NAME = 'posthog';
/** Nobody can register a name under these, so what stands there is a network's own. */
const PRIVATE_ENDINGS: readonly string[] = [
  ...['internal', 'local', 'localhost', 'localdomain', 'lan', 'home', 'corp', 'intranet', 'private'],
  ...['test', 'example', 'invalid', 'arpa', 'onion'],
];
/** With a country's letters these are endings as well: `co.uk`, `com.au`. */
const SECOND_LEVELS: readonly string[] = ['co', 'com', 'org', 'net', 'ac', 'edu', 'gov', 'or', 'ne', 'gen', 'ltd'];

/**
 * Whether a host outside posthog.com imitates it: by another ending, in a registered name that holds PostHog's or is one
 * edit away from it, or with PostHog's domain in front of another. `posthog.example.com`, the usual form of a self-hosted
 * one, does not.
 */
export function imitatesCloud(hostname: string): boolean {
  const labels = folded(hostname).split('.');
  if (labels.join('.').includes(`${NAME}.com`)) return true;
  if (labels.some((label) => label.replaceAll('-', '').includes(`${NAME}com`))) return true;
  if (PRIVATE_ENDINGS.includes(labels.at(-1) ?? '')) return false;
  const ending = labels.at(-1)?.length === 2 && SECOND_LEVELS.includes(labels.at(-2) ?? '') ? 2 : 1;
  return resembles(labels.at(-ending - 1) ?? '');
}

/** Digits that pass for letters are read as these. */
function folded(hostname: string): string {
  return hostname.replaceAll('_', '-').replaceAll('0', 'o').replaceAll('5', 's').replaceAll('7', 't');
}

function resembles(registered: string): boolean {
  const whole = registered.replaceAll('-', '');
  return whole.includes(NAME) || [whole, ...registered.split('-')].some((word) => isOneEditAway(word, NAME));
}

/** One letter more, less or other, or two neighbours the wrong way round. */
function isOneEditAway(word: string, name: string): boolean {
  const shorter = Math.min(word.length, name.length);
  let start = 0;
  while (start < shorter && word[start] === name[start]) start++;
  let end = 0;
  while (end < shorter - start && word.at(-end - 1) === name.at(-end - 1)) end++;
  const [a, b] = [word.slice(start, word.length - end), name.slice(start, name.length - end)];
  return (a.length <= 1 && b.length <= 1) || (a.length === 2 && b === `${a[1]}${a[0]}`);
}
