import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import { corpusShard } from "./corpus-shards.ts";
import { Corpus } from "./corpus.ts";
import { noteSize } from "./write-corpus.ts";

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
 * tombstone remains, which makes later writes of the same or older versions of the file fail. Throws if a database
 * fails, after the others are done.
 */
export async function purgeCorpus(
  env: Env,
  store: { id: VectorStoreId; projectId: ProjectId; generation: number },
  removals: readonly CorpusRemoval[],
): Promise<void> {
  const { id: storeId, projectId, generation } = store;
  const groups = Map.groupBy(removals, (removal) => removal.corpusShard);
  const work = Array.from(groups, async ([number, group]) => {
    const corpus = new Corpus(corpusShard(env, number));
    const size = await corpus.removeDocuments({ projectId, storeId, generation }, group);
    await noteSize(env, number, size);
  });
  await Promise.allSettled(work);
  await Promise.all(work);
}
