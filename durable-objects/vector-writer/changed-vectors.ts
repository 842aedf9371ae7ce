import type { OutgoingVectors } from "../../src/retrieval/vectorize/outgoing.ts";
import { namespaceOf, vectorIdOf } from "../../src/retrieval/vectorize/placement.ts";
import {
  INDEX_LIMITS,
  type IndexMetadata,
  type IndexVector,
  type VectorIndex,
} from "../../src/retrieval/vectorize/vector-index.ts";
import type { SourceRow } from "./journal-tables.ts";

/** Calls to the index at a time, of the six connections that an object has. */
const CALLS_MAX = 4;

/** A vector that a mutation writes or deletes, of a change of a shard. */
export type ChangedVector = IndexVector & {
  readonly source: string;
  readonly seq: number;
  readonly number: number;
  /** The part of the shard that the writer watches once the index has the change. */
  readonly watch: "none" | "chunk" | "shard";
};

/** Names the vectors that a shard has read for its changes as they are named in the index. */
export function nameVectors(
  source: SourceRow,
  { numbers, seqs, metadata, rows, dimensions, undoable, isLeft }: OutgoingVectors,
): ChangedVector[] {
  const namespace = namespaceOf(source.storeId, source.generation);
  const watched = new Set(undoable);
  return numbers.map((number, at) => ({
    source: source.name,
    seq: seqs[at] ?? 0,
    number,
    watch: isLeft ? "shard" : watched.has(seqs[at] ?? 0) ? "chunk" : "none",
    id: vectorIdOf(source, number),
    namespace,
    metadata: metadata[at] ?? {},
    values: [...rows.subarray(at * dimensions, (at + 1) * dimensions)],
  }));
}

/** Reads the metadata that an index has under some ids, with several calls at a time. */
export async function readMetadata(
  index: VectorIndex,
  ids: readonly string[],
): Promise<Map<string, IndexMetadata>> {
  const { readBatch } = INDEX_LIMITS;
  const found = new Map<string, IndexMetadata>();
  for (let from = 0; from < ids.length; from += readBatch * CALLS_MAX) {
    const some = ids.slice(from, from + readBatch * CALLS_MAX);
    const parts = Array.from({ length: Math.ceil(some.length / readBatch) }, (_, at) =>
      index.readMetadata(some.slice(at * readBatch, (at + 1) * readBatch)),
    );
    for (const part of await Promise.all(parts)) {
      for (const [id, metadata] of part) found.set(id, metadata);
    }
  }
  return found;
}
