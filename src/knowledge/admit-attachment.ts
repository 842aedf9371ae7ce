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
 * Decides how a request to attach a file to a vector store is carried out. `existing` is the file's present state in
 * the store, null if it is not attached. "new": the file is indexed. "same": nothing changes. "again": the file is
 * indexed once more, because indexing failed or was cancelled, or because the attributes or the chunking have changed.
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
 * Tests whether two attached files have the same attributes and chunking settings. If the bytes of the files are the
 * same too, they can share chunks.
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
