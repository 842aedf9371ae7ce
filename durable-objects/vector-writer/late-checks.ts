import { logger } from "../../src/platform/logger.ts";
import type { Remote } from "../../src/remote.ts";
import {
  numbersOf,
  passWatch,
  repeatWatch,
  runsOf,
} from "../../src/retrieval/vectorize/late-effects.ts";
import type { FoundVectors, VectorOutbox } from "../../src/retrieval/vectorize/outgoing.ts";
import {
  namespaceOf,
  readVectorId,
  type VectorIndexNumber,
  vectorIdOf,
} from "../../src/retrieval/vectorize/placement.ts";
import {
  INDEX_LIMITS,
  IndexRefused,
  type VectorIndex,
} from "../../src/retrieval/vectorize/vector-index.ts";
import { type ChangedVector, readMetadata } from "./changed-vectors.ts";
import type { SourceRow } from "./journal-tables.ts";
import { type Watched, type WatchTable, WHOLE_NAMESPACE } from "./watch-table.ts";

/** Entries that one round asks the index about: of full batches, in 500 reads. */
const CHECKED_A_ROUND = 10;

/** The names by which a search shard is found. */
export type ShardNames = Pick<
  SourceRow,
  "projectId" | "region" | "storeId" | "generation" | "shard"
>;

/** The parts of the object that ask the index again. */
export type LateCheckDeps = {
  readonly storage: Pick<DurableObjectStorage, "transactionSync">;
  readonly watched: WatchTable;
  readonly number: VectorIndexNumber;
  readonly index: VectorIndex;
  /** The present time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Opens a search shard. Each call of it may be repeated. */
  readonly openShard: (shard: ShardNames) => Remote<VectorOutbox>;
};

/**
 * Asks the index again, for a day, about what was deleted from it or written over: a mutation may take effect a second
 * time. What is there and should not be is deleted again; what is missing, or has old metadata, its shard writes again.
 */
export class LateChecks {
  readonly #deps: LateCheckDeps;

  constructor(deps: LateCheckDeps) {
    this.#deps = deps;
  }

  /** Begins to watch changes of a shard whose effect the index has. The caller opens the transaction. */
  begin(source: ShardNames, vectors: readonly ChangedVector[]): void {
    const { watched, now } = this.#deps;
    const times = passWatch(now(), now());
    const { projectId, region, storeId, generation, shard } = source;
    const names = { projectId, region, storeId, generation };
    const namespace = namespaceOf(storeId, generation);
    const runs = runsOf(vectors.filter(({ watch }) => watch === "chunk").map((one) => one.number));
    if (times === null) return;
    if (runs.length > 0) watched.put({ ...names, ...times, namespace, shard, runs });
    if (vectors.some(({ watch }) => watch === "shard"))
      watched.put({ ...names, ...times, namespace, shard: WHOLE_NAMESPACE, runs: [] });
  }

  /** Asks about what is due. Rejects if the index is away. */
  async go(): Promise<void> {
    const { storage, watched, now, number } = this.#deps;
    for (const one of watched.due(now(), CHECKED_A_ROUND)) {
      try {
        const times = await (one.shard === WHOLE_NAMESPACE
          ? this.#checkNamespace(one)
          : this.#checkChunks(one));
        storage.transactionSync(() => watched.move(one, times));
      } catch (error) {
        // An index that refuses a question would refuse it again; a shard or an index that is away is asked in a minute.
        const isRefused = error instanceof IndexRefused;
        const times = isRefused ? passWatch(one.since, now()) : repeatWatch(one.since, now());
        storage.transactionSync(() => watched.move(one, times));
        if (!(isRefused || error instanceof ShardAway)) throw error;
        const { storeId } = one;
        logger.warn("vectors.check.failed", { index: number, storeId }, error.cause ?? error);
      }
    }
  }

  async #checkChunks(watched: Watched) {
    const { index, now } = this.#deps;
    const numbers = numbersOf(watched.runs);
    const ids = new Map(numbers.map((number) => [vectorIdOf(watched, number), number]));
    const found = await this.#read(index, ids);
    const strays = await this.#compare(watched, { runs: watched.runs, ...found });
    return strays === 0 ? passWatch(watched.since, now()) : repeatWatch(watched.since, now());
  }

  /** Looks for any vectors of a namespace that was left. One query shows the first hundred of them. */
  async #checkNamespace(watched: Watched) {
    const { index, now } = this.#deps;
    const { namespace, since } = watched;
    const { dimensions } = await index.describe();
    // Any vector will do: the answer is as many as there are.
    const vector = Float32Array.from({ length: dimensions }, () => 1);
    const question = { namespace, nearest: INDEX_LIMITS.nearest, filter: null };
    const matches = await index.query(vector, question);
    if (matches.length === 0) return passWatch(since, now());
    const chunks = matches.flatMap(({ id }) => readVectorId(namespace, id) ?? []);
    let strays = 0;
    for (const [shard, own] of Map.groupBy(chunks, (chunk) => chunk.shard)) {
      const names = { ...watched, shard };
      const ids = new Map(own.map(({ number }) => [vectorIdOf(names, number), number]));
      const found = await this.#read(index, ids);
      strays += await this.#compare(names, { runs: runsOf(found.numbers), ...found });
    }
    // The namespace is watched for a day from its last deletion on, since it is free for other vectors after that.
    return strays > 0 ? repeatWatch(now(), now()) : passWatch(since, now());
  }

  async #read(index: VectorIndex, ids: ReadonlyMap<string, number>) {
    const found = [...(await readMetadata(index, [...ids.keys()]))];
    return {
      numbers: found.map(([id]) => ids.get(id) ?? 0),
      metadata: found.map(([, metadata]) => metadata),
    };
  }

  /** Compares what the index has with what a shard wants, and deletes what it does not. Returns how many that are. */
  async #compare(shard: ShardNames, found: FoundVectors): Promise<number> {
    const { index, number, openShard } = this.#deps;
    const { strays, amended } = await openShard(shard)
      .compareOutgoing(number, found)
      .catch((error: unknown) => {
        throw new ShardAway("The shard does not answer", { cause: error });
      });
    if (strays.length + amended > 0) {
      const counts = { deleted: strays.length, written: amended };
      logger.warn("vectors.mutation.late", { index: number, ...counts });
    }
    if (strays.length > 0) await index.deleteByIds(strays.map((one) => vectorIdOf(shard, one)));
    return strays.length;
  }
}

/** Thrown when a shard does not answer: others go on. */
class ShardAway extends Error {
  override readonly name = "ShardAway";
}
