/** Maximum length of a unit of measure, in UTF-16 code units. */
const UNIT_LENGTH_MAX = 12;
/** A number other than a year, or a placeholder for a missing value. A header row has none. */
const VALUE =
  /^(?:(?!(?:1[89]|20|21)\d{2}$)[-+€$£¥]?\s?\d[\d.,\s]*%?|n\/?a|none|null|nan|nil|unknown|missing|tbd|keine?|-+|\.+|\?+)$/i;

/**
 * Tests whether two rows are header rows that belong together. One of them has group names, such as "2025" above "Q1" and
 * "Q2", or the lower one has units, such as "m" below "height". `areNames` tests whether a row has the column names of
 * the rows below it.
 */
export function areJoined(
  upper: readonly string[],
  [lower = [], ...below]: readonly (readonly string[])[],
  areNames: (row: readonly string[], below: readonly (readonly string[])[]) => boolean,
): boolean {
  if (below.length === 0 || lower.length < 2 || lower.some((cell) => VALUE.test(cell)))
    return false;
  if (!areNames(lower, below)) return false;
  return isGrouped(fillGroups(upper, lower), lower) || areUnits(upper, lower);
}

/** Joins two header rows that belong together into one. */
export function joinHeaders(upper: readonly string[], lower: readonly string[]): readonly string[] {
  const groups = fillGroups(upper, lower);
  const names = isGrouped(groups, lower) ? groups : upper;
  return lower.map((name, at) => joinNames(names[at] ?? "", name));
}

const joinNames = (upper: string, lower: string) =>
  upper === lower || lower === "" ? upper : `${upper} ${lower}`.trim();

/** Returns the group name of each column: that above the column, or that of the column before it. */
function fillGroups(upper: readonly string[], lower: readonly string[]): readonly string[] {
  const filled: string[] = [];
  for (const [at, name] of lower.entries()) {
    const own = upper[at] ?? "";
    filled.push(own === "" && name !== "" && at > 0 ? (filled[at - 1] ?? "") : own);
  }
  return filled;
}

/** Returns false if no two adjacent columns share a group, or if two columns of a group have the same name. */
function isGrouped(groups: readonly string[], lower: readonly string[]): boolean {
  const names = lower.map((name, at) => `${groups[at]}\n${name}`);
  const isShared = groups.some((name, at) => at > 0 && name !== "" && name === groups[at - 1]);
  return isShared && new Set(names).size === names.length;
}

/**
 * Tests whether the lower row has units of the names above: short texts, and none for the first column, which names the
 * rows.
 */
function areUnits(upper: readonly string[], lower: readonly string[]): boolean {
  const units = lower.filter((unit) => unit !== "");
  return (
    lower[0] === "" &&
    upper.length === lower.length &&
    !upper.includes("") &&
    units.every((unit) => unit.length <= UNIT_LENGTH_MAX)
  );
}
