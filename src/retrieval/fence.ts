/**
 * The newest version of a file that an index (a search shard or a corpus database) has received, and whether this
 * version was written to the index or removed from it.
 */
export type SeenVersion = { readonly version: number; readonly removed: boolean };

/**
 * The decision about writing a version of a file to an index. `unchanged`: this version is already there. `superseded`:
 * a newer version was written, or this one was removed.
 */
export type WriteDecision = "written" | "unchanged" | "superseded";

/**
 * Decides whether a version of a file may be written to an index. Messages arrive twice and out of order, so a version
 * that is already there changes nothing, and one that is older or was removed is refused.
 */
export function admitWrite(seen: SeenVersion | null, version: number): WriteDecision {
  if (!seen || version > seen.version) return "written";
  return version === seen.version && !seen.removed ? "unchanged" : "superseded";
}

/**
 * Tests whether removing a version of a file from an index changes something. Repeating a removal, or removing an older
 * version than the present one, changes nothing.
 */
export function admitRemoval(seen: SeenVersion | null, version: number): boolean {
  return !seen || version > seen.version || (version === seen.version && !seen.removed);
}

/**
 * Tests whether new attributes of a file may be stored in an index: the file must be there, with the same version or an
 * older one.
 */
export function admitAttributes(seen: SeenVersion | null, version: number): boolean {
  return seen !== null && !seen.removed && version >= seen.version;
}
