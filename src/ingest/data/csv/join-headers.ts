/** Maximum length of a unit of measure, in UTF-16 code units. */
const UNIT_LENGTH_MAX = 12;
/** A number other than a year, or a placeholder for a missing value. A header row has none. */
const VALUE =
  /^(?:(?!(?:1[89]|20|21)\d{2}$)[-+€$£¥]?\s?\d[\d.,\s]*%?|n\/?a|none|null|nan|nil|unknown|missing|tbd|keine?|-+|\.+|\?+)$/i;

/**
 * Joins two header rows into one. One of them has group names, such as "2025" above "Q1" and "Q2", or the lower one has
 * units, such as "m" below "height". Returns null if the rows are not two such header rows. `areNames` tests whether a
 * row has the column names of the rows below it.
 */
export function joinHeaders(
  upper: readonly string[],
  [lower = [], ...below]: readonly (readonly string[])[],
  areNames: (row: readonly string[], below: readonly (readonly string[])[]) => boolean,
): readonly string[] | null {
  if (below.length === 0 || lower.length < 2 || lower.some((cell) => VALUE.test(cell))) return null;
  if (!areNames(lower, below)) return null;
  const groups = fillGroups(upper, lower);
  if (groups === null && !areUnits(upper, lower)) return null;
  return lower.map((name, at) => joinNames((groups ?? upper)[at] ?? "", name));
}

const joinNames = (upper: string, lower: string) =>
  upper === lower || lower === "" ? upper : `${upper} ${lower}`.trim();

/**
 * Returns the group name of each column. A group name is repeated above each of its columns, or is only above the first
 * of them. Returns null if no two adjacent columns share a group, or if two columns of a group have the same name.
 */
function fillGroups(upper: readonly string[], lower: readonly string[]): readonly string[] | null {
  const filled: string[] = [];
  for (const [at, name] of lower.entries()) {
    const own = upper[at] ?? "";
    filled.push(own === "" && name !== "" && at > 0 ? (filled[at - 1] ?? "") : own);
  }
  const names = lower.map((name, at) => `${filled[at]}\n${name}`);
  const isGrouped = filled.some((name, at) => at > 0 && name !== "" && name === filled[at - 1]);
  return isGrouped && new Set(names).size === names.length ? filled : null;
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
