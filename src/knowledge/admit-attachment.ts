import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { AttachRequest, FileStatus } from "./vector-store-types.ts";

export type Attached = {
  readonly status: FileStatus;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/**
 * What attaching a file means that may be there already. The same again changes nothing; a file that
 * failed or was cancelled gets another chance; other attributes or chunks take the place of the old ones.
 */
export function admitAttachment(
  existing: Attached | null,
  request: Pick<AttachRequest, "attributes" | "chunking">,
): "new" | "same" | "again" {
  if (existing === null) return "new";
  if (existing.status === "failed" || existing.status === "cancelled") return "again";
  return isAlike(existing, request) ? "same" : "again";
}

/** Whether two files of the same bytes can be served by the same chunks: filters must not tell them apart. */
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
