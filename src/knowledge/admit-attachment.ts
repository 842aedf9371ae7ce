import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { AttachRequest, FileStatus } from "./vector-store-types.ts";

/** The properties of a file in a vector store that decide what another request to attach the same file does. */
export type Attached = {
  readonly status: FileStatus;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/**
 * Decides what a request to attach a file to a vector store does, given its present state there (null if it is not
 * there). "new": it is indexed. "same": nothing changes. "again": it is indexed once more, because indexing failed or
 * was cancelled, or because the attributes or the chunking have changed.
 */
export function admitAttachment(
  existing: Attached | null,
  request: Pick<AttachRequest, "attributes" | "chunking">,
): "new" | "same" | "again" {
  if (existing === null) return "new";
  if (existing.status === "failed" || existing.status === "cancelled") return "again";
  return isAlike(existing, request) ? "same" : "again";
}

/**
 * Tests whether two attached files have the same attributes and chunking. If their bytes are the same too, they can
 * share chunks.
 */
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
