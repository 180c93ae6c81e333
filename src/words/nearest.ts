const MAX_EDITS = 3;
/** Shorter beginnings ("id") are shared by too many words. */
const MIN_BEGINNING = 4;

/** The candidate a misspelt word most likely meant, or null where none is close. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = plain(word);
  const scored = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.min(MAX_EDITS, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return scored[0]?.candidate ?? null;
}

/** Edits, where a word that was begun and not finished counts as one. */
function distanceOf(wanted: string, candidate: string): number {
  if (wanted.length >= MIN_BEGINNING && candidate.startsWith(wanted) && wanted !== candidate) return 1;
  return edits(wanted, candidate);
}

/** `featureFlagKey`, `feature-flag-key` and `feature_flag_key` are one word. */
export function plain(word: string): string {
  return word
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[-_ $]/g, '');
}

/** Levenshtein distance. */
export function edits(a: string, b: string): number {
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
