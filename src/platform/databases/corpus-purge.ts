import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import { corpusShard } from "./corpus-shards.ts";
import { Corpus } from "./corpus.ts";

/** A removed file: chunks of this version and of older ones must be deleted. */
export type CorpusRemoval = {
  readonly fileId: FileId;
  readonly version: number;
  readonly corpusShard: CorpusShardNumber;
};

/** Deletes files' chunks from the corpus databases and leaves tombstones that refuse late writes. */
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
