import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import { corpusShard } from "./corpus-shards.ts";
import { Corpus } from "./corpus.ts";

/**
 * A file that was removed from a vector store. Its chunks, of the version `version` and older ones, must be deleted
 * from the corpus database with the number `corpusShard`.
 */
export type CorpusRemoval = {
  readonly fileId: FileId;
  readonly version: number;
  readonly corpusShard: CorpusShardNumber;
};

/**
 * Deletes the chunks of files that were removed from a vector store, in all corpus databases. For each file, a
 * tombstone remains, which makes later writes of the same or older versions of the file fail.
 */
export async function purgeCorpus(
  env: Env,
  store: { id: VectorStoreId; projectId: ProjectId; generation: number },
  removals: readonly CorpusRemoval[],
): Promise<void> {
  const { id, projectId, generation } = store;
  const groups = Map.groupBy(removals, (removal) => removal.corpusShard);
  for (const [number, group] of groups) {
    await new Corpus(corpusShard(env, number)).removeDocuments(
      { projectId, storeId: id, generation },
      group,
    );
  }
}
