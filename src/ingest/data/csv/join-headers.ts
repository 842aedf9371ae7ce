/** A longer name is no unit. */
const UNIT_LENGTH_MAX = 12;
/** Numbers other than years, and values that stand for a missing one. */
const VALUE =
  /^(?:(?!(?:1[89]|20|21)\d{2}$)[-+€$£¥]?\s?\d[\d.,\s]*%?|n\/?a|none|null|nan|nil|unknown|missing|tbd|keine?|-+|\.+|\?+)$/i;

/**
 * Joins the names of columns that are in two rows: one that names groups of columns, "2025" above "Q1" and "Q2", or one
 * of units, "m" below "height". Returns null if the second row is one of values. `areNames` tests whether a row has
 * names for the rows below it.
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
 * Gives each column the name of its group, which is repeated above its columns or stands above the first of them.
 * Returns null if there are no groups, or if the names below do not differ within each.
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

/** Returns true for a row of units below names: short, and without one for the first column, which names the rows. */
function areUnits(upper: readonly string[], lower: readonly string[]): boolean {
  const units = lower.filter((unit) => unit !== "");
  return (
    lower[0] === "" &&
    upper.length === lower.length &&
    !upper.includes("") &&
    units.every((unit) => unit.length <= UNIT_LENGTH_MAX)
  );
}
