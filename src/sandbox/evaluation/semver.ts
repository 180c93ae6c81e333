type Version = readonly [major: number, minor: number, patch: number];

/** Absent parts are 0. Pre-releases and builds are ignored, as SDKs do. Null where the text is no version. */
function parse(text: string): Version | null {
  const core = text.trim().replace(/^v/i, '').split(/[-+]/)[0] ?? '';
  const parts = core.split('.').slice(0, 3);
  if (!parts.every((part) => /^\d+$/.test(part))) return null;
  const [major = 0, minor = 0, patch = 0] = parts.map(Number);
  return [major, minor, patch];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  semver_eq: (order) => order === 0,
  semver_neq: (order) => order !== 0,
  semver_gt: (order) => order > 0,
  semver_gte: (order) => order >= 0,
  semver_lt: (order) => order < 0,
  semver_lte: (order) => order <= 0,
};

/** The first version past those that a range takes. */
function endOf(operator: string, wanted: string, [major, minor, patch]: Version): Version {
  if (operator === 'semver_tilde') return [major, minor + 1, 0];
  if (operator === 'semver_wildcard') return wanted.includes('.') ? [major, minor + 1, 0] : [major + 1, 0, 0];
  if (major > 0) return [major + 1, 0, 0];
  return minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

/** Whether a version is as an operator wants it; false where either text is none. */
export function matchesVersion(operator: string, text: string, given: string): boolean {
  const wanted = operator === 'semver_wildcard' ? given.replace(/(\.\*)+$/, '') : given;
  const [version, bound] = [parse(text), parse(wanted)];
  if (!version || !bound) return false;
  const order = compare(version, bound);
  const comparison = COMPARISONS[operator];
  return comparison ? comparison(order) : order >= 0 && compare(version, endOf(operator, wanted, bound)) < 0;
}
