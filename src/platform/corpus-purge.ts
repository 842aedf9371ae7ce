import type { FileId, VectorStoreId } from "../ids.ts";
import { corpusShard } from "./corpus-shards.ts";

/** A file's version at or below which its chunks must go. */
export type CorpusRemoval = {
  readonly fileId: FileId;
  readonly version: number;
  readonly corpusShard: number;
};

const BURY_DOCUMENTS = `INSERT INTO document (store_id, generation, file_id, project_id, version, deleted)
  SELECT ?1, ?2, value ->> 'fileId', ?3, value ->> 'version', 1 FROM json_each(?4) WHERE true
  ON CONFLICT (store_id, generation, file_id) DO UPDATE SET version = excluded.version, deleted = 1
  WHERE document.version < excluded.version
    OR (document.version = excluded.version AND document.deleted = 0)`;
const DELETE_CHUNKS = `DELETE FROM chunk WHERE (store_id, generation, file_id) IN
    (SELECT ?1, ?2, value ->> 'fileId' FROM json_each(?3))
  AND version <= (SELECT max(value ->> 'version') FROM json_each(?3)
                  WHERE value ->> 'fileId' = chunk.file_id)`;

/** Removes files' chunks from the corpus databases and leaves tombstones that refuse late writes. */
export async function purgeCorpus(
  env: Env,
  store: { id: VectorStoreId; projectId: string; generation: number },
  removals: readonly CorpusRemoval[],
): Promise<void> {
  const { id, projectId, generation } = store;
  const groups = Map.groupBy(removals, (removal) => removal.corpusShard);
  for (const [number, group] of groups) {
    const db = corpusShard(env, number);
    const files = JSON.stringify(group.map(({ fileId, version }) => ({ fileId, version })));
    await db.batch([
      db.prepare(BURY_DOCUMENTS).bind(id, generation, projectId, files),
      db.prepare(DELETE_CHUNKS).bind(id, generation, files),
    ]);
  }
}
