/** What a holder of copies remembers of a file: the highest version it has seen, and whether that removed it. */
export type SeenVersion = { readonly version: number; readonly removed: boolean };

export type WriteDecision = "written" | "unchanged" | "superseded";

/**
 * Whether a version of a file may be stored. Messages come twice and out of order: what was seen already
 * changes nothing, and what is older, or was removed since, is refused.
 */
export function admitWrite(seen: SeenVersion | null, version: number): WriteDecision {
  if (!seen || version > seen.version) return "written";
  return version === seen.version && !seen.removed ? "unchanged" : "superseded";
}

/** Whether a removal tells something new. One of an older version than what is here is late. */
export function admitRemoval(seen: SeenVersion | null, version: number): boolean {
  return !seen || version > seen.version || (version === seen.version && !seen.removed);
}

/** Whether attributes may be stored: they belong to a file that is here, and are not older than it. */
export function admitAttributes(seen: SeenVersion | null, version: number): boolean {
  return seen !== null && !seen.removed && version >= seen.version;
}
