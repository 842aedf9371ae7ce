import type { IngestClaim } from "../knowledge/vector-store-types.ts";
import type { IngestTask } from "./ingest-types.ts";

/** Returns the claim by which a task was taken. */
export const toClaim = ({
  fileId,
  version,
  lease,
  isCopy,
  generation,
}: IngestTask): IngestClaim => ({
  fileId,
  version,
  lease,
  ...(isCopy && { generation }),
});
