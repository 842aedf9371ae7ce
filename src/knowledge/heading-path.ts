/** Between the headings of a path. */
export const HEADING_SEPARATOR = " › ";

/**
 * Splits the headings above a passage, as they are stored, into a list, outermost first; empty without any. Lines after
 * the first one have the caption and the header of the table that the passage is in; without headings, they come first.
 */
export function splitHeading(heading: string): string[] {
  const [path = ""] = heading.split("\n", 1);
  return path === "" || path.startsWith("|") ? [] : path.split(HEADING_SEPARATOR);
}
