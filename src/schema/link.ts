/** Stands for the id of any row. */
const ANY_ID = '{id}';

export interface Place {
  origin: string;
  project: number;
}

/** The page of an experiment in PostHog, for people. */
export function experimentUrl({ origin, project }: Place, id: number | typeof ANY_ID): string {
  return `${origin}/project/${project}/experiments/${id}`;
}

/** The page of a feature flag in PostHog, for people. */
export function flagUrl({ origin, project }: Place, id: number): string {
  return `${origin}/project/${project}/feature_flags/${id}`;
}

/** `experimentUrl` once for all rows of a list, where a link in each would cost as much as the rest of it; nothing without rows. */
export function itemUrl(place: Place, items: readonly unknown[]): { item_url?: string } {
  return items.length > 0 ? { item_url: experimentUrl(place, ANY_ID) } : {};
}
