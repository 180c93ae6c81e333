/** A name that a tool had before; still taken where it is called or asked for, and never listed. */
const OLDER = 'experiments-bulk-update-tags';

/** The name that the tool has now. */
export const presentName = (name: string): string => (name === OLDER ? `${OLDER}-create` : name);
