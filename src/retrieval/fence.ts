/** The newest version of a file that a copy has seen, and its state: written or removed. */
export type SeenVersion = { readonly version: number; readonly removed: boolean };

/** The result of a write. `superseded`: a newer version was written, or this one was removed. */
export type WriteDecision = "written" | "unchanged" | "superseded";

/**
 * Decides on storing a version of a file. Messages arrive twice and out of order: a version that was already stored
 * changes nothing, and one that is older or was removed is refused.
 */
export function admitWrite(seen: SeenVersion | null, version: number): WriteDecision {
  if (!seen || version > seen.version) return "written";
  return version === seen.version && !seen.removed ? "unchanged" : "superseded";
}

/**
 * Returns true when a removal is news. A removal of an older version than the current one is late and has no effect.
 */
export function admitRemoval(seen: SeenVersion | null, version: number): boolean {
  return !seen || version > seen.version || (version === seen.version && !seen.removed);
}

/** Returns true when attributes may be stored: their file is present, and they are not older than it. */
export function admitAttributes(seen: SeenVersion | null, version: number): boolean {
  return seen !== null && !seen.removed && version >= seen.version;
}
