/** Names that tools had before, still taken where one is called or asked for, and never listed. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  'experiments-bulk-update-tags': 'experiments-bulk-update-tags-create',
};

/** The name that the tool has now. */
export function presentName(name: string): string {
  return Object.hasOwn(OLDER_NAMES, name) ? (OLDER_NAMES[name] ?? name) : name;
}
