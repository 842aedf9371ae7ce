import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { AttachRequest, FileStatus } from "./vector-store-types.ts";

/** An attached file, as far as another attach depends on it. */
export type Attached = {
  readonly status: FileStatus;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/**
 * Decides what an attach does. The same attach again changes nothing. A file that failed or was cancelled is ingested
 * again. Other attributes or another chunking replace the previous ones.
 */
export function admitAttachment(
  existing: Attached | null,
  request: Pick<AttachRequest, "attributes" | "chunking">,
): "new" | "same" | "again" {
  if (existing === null) return "new";
  if (existing.status === "failed" || existing.status === "cancelled") return "again";
  return isAlike(existing, request) ? "same" : "again";
}

/** Returns true when two files of the same bytes can share chunks: no filter and no cut may distinguish them. */
export function isAlike(
  one: Pick<Attached, "attributes" | "chunking">,
  other: Pick<Attached, "attributes" | "chunking">,
): boolean {
  return (
    one.chunking.chunkTokensMax === other.chunking.chunkTokensMax &&
    one.chunking.overlapTokens === other.chunking.overlapTokens &&
    sameAttributes(one.attributes, other.attributes)
  );
}

function sameAttributes(one: Attributes, other: Attributes): boolean {
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key]);
}
