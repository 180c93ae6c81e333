const MAX_EDITS = 3;

/** The candidate a misspelt word most likely meant, or null where none is close. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = plain(word);
  const scored = candidates
    .map((candidate) => ({ candidate, distance: edits(wanted, plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.min(MAX_EDITS, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return scored[0]?.candidate ?? null;
}

/** `featureFlagKey`, `feature-flag-key` and `feature_flag_key` are one word. */
function plain(word: string): string {
  return word.slice(0, 100).toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
