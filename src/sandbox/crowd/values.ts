/** Values of people that have exactly this sum and, as nearly as numbers allow, this sum of squares. */
export function valuesFor({ sum, squares, people }: { sum: number; squares: number; people: number }): number[] {
  if (people === 0 || sum === 0) return [];
  // As few people as the squares ask for: each has the mean, and pairs differ from it by as much as is left.
  const fewest = squares > 0 ? Math.ceil((sum * sum) / squares) : people;
  const count = Math.min(people, Math.max(1, fewest));
  const mean = sum / count;
  const spread = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const values = Array.from({ length: count }, (_, at) => {
    if (count % 2 === 1 && at === count - 1) return mean;
    return at % 2 === 0 ? mean + spread : mean - spread;
  });
  const rest = sum - values.reduce((total, value) => total + value, 0);
  return values.map((value, at) => (at === 0 ? value + rest : value));
}

/** Numbers of events that add up to a whole number: as even as can be. */
export function countsFor(sum: number, people: number): number[] {
  const doers = Math.min(people, sum);
  return Array.from({ length: doers }, (_, at) => Math.floor(sum / doers) + (at < sum % doers ? 1 : 0));
}
