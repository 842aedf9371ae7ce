import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import { namedAnalyzer } from "../retrieval/analysis/analyzer.ts";
import type { IndexedDocument } from "../retrieval/segment/make-batch.ts";
import type { CorpusDocument, CorpusIndex } from "./corpus-types.ts";
import type { IndexTarget, IngestTask, StoreRef } from "./ingest-types.ts";
import type { Embedded } from "./passages.ts";

/** The dependencies of `writeParts`: the record and the index. */
export type WriteDeps = {
  /** Throws `CorpusFull` if the database has no room. */
  writeCorpus(
    corpusShard: CorpusShardNumber,
    index: CorpusIndex,
    documents: readonly CorpusDocument[],
  ): Promise<void>;
  writeShard(
    store: StoreRef,
    generation: number,
    shard: SearchShardNumber,
    documents: readonly IndexedDocument[],
  ): Promise<void>;
};

/** The chunks of a file in one generation of its store's index. */
export type IndexPart = {
  readonly task: IngestTask;
  readonly target: IndexTarget;
  readonly embedded: Embedded;
};

/** The error that kept a part from being written. */
export type WriteFailure = { readonly error: unknown };

/**
 * Writes parts to their corpus databases and then to their search shards, those with the same place together. Returns
 * the failures, each of which concerns only the parts that were to be written together.
 */
export async function writeParts(
  deps: WriteDeps,
  store: StoreRef,
  parts: readonly IndexPart[],
): Promise<ReadonlyMap<IndexPart, WriteFailure>> {
  const failures = new Map<IndexPart, WriteFailure>();
  const writeGroup = async (group: readonly IndexPart[], write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      for (const part of group) failures.set(part, { error });
    }
  };
  // The corpus database comes first: an index may lag behind it, never the reverse.
  const documents = groupBy(
    parts,
    ({ task, target }) => `${target.generation}:${task.corpusShard}`,
  );
  await Promise.all(
    documents.map(({ first: { task, target }, group }) =>
      writeGroup(group, () =>
        deps.writeCorpus(task.corpusShard, toCorpusIndex(store, target), group.map(toCorpus)),
      ),
    ),
  );
  const recorded = parts.filter((part) => !failures.has(part));
  // Vectors of several lengths, of before and after a model was replaced, are not sent together.
  const place = ({ target: { generation, shard }, embedded: { chunks } }: IndexPart) =>
    `${generation}:${shard}:${chunks[0]?.vector.length ?? 0}`;
  await Promise.all(
    groupBy(recorded, place).map(({ first: { target }, group }) =>
      writeGroup(group, () =>
        deps.writeShard(store, target.generation, target.shard, group.map(toShard)),
      ),
    ),
  );
  return failures;
}

function toCorpus({ task, embedded: { chunks } }: IndexPart): CorpusDocument {
  const { fileId, version, filename } = task;
  return { fileId, version, filename, chunkCount: chunks.length, chunks };
}

function toShard({ task, target, embedded: { chunks } }: IndexPart): IndexedDocument {
  const { fileId, version, filename, attributes } = task;
  const analyzer = namedAnalyzer(target);
  return { fileId, version, filename, attributes, analyzer, chunks };
}

/** Returns the index that the corpus databases have of a generation. */
export function toCorpusIndex(
  { scope, storeId }: StoreRef,
  { generation }: Pick<IndexTarget, "generation">,
): CorpusIndex {
  return { projectId: scope.projectId, storeId, generation };
}

function groupBy(parts: readonly IndexPart[], key: (one: IndexPart) => string) {
  return [...Map.groupBy(parts, key).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ first, group }] : [];
  });
}
