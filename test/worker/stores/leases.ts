import { runInDurableObject } from "cloudflare:test";

import type { VectorStoreObject } from "../../../durable-objects/vector-store.ts";
import type { IngestClaim } from "../../../src/knowledge/vector-store-types.ts";

const LIST_CLAIMED = `SELECT s.lease, json_extract(r.input, '$.fileId') AS fileId,
    json_extract(r.input, '$.version') AS version
  FROM kernel_step s JOIN kernel_run r ON r.id = s.run_id
  WHERE s.phase = 'claimed' AND s.use = 'ingest.file@1' ORDER BY version`;

/** What the queue's messages of a store say, without waiting for the queue. */
export async function leasesOf(store: DurableObjectStub<VectorStoreObject>) {
  return await runInDurableObject(store, (_object, { storage }) =>
    storage.sql.exec<IngestClaim>(LIST_CLAIMED).toArray(),
  );
}
