import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";

import { IndexChanges } from "../../../../durable-objects/vector-writer/index-changes.ts";
import {
  JournalTables,
  type SourceRow,
} from "../../../../durable-objects/vector-writer/journal-tables.ts";
import { openVectorIndex } from "../../../../src/platform/vector-index.ts";
import kernel from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import {
  INDEXED_PROPERTIES,
  metadataOf,
} from "../../../../src/retrieval/vectorize/filter-slots.ts";
import {
  namespaceOf,
  type VectorSource,
  vectorIdOf,
} from "../../../../src/retrieval/vectorize/placement.ts";
import { FakeVectorize } from "../../../fakes/vectorize.ts";
import { rowReader, sqlStorageOf } from "../../node-sql.ts";
import { StoredShard } from "../stored/stored-shard.ts";

/** The number of the only vector index. */
const INDEX = 0;
const DELAY_MS = 3_000;
/** Repeated mutations take effect before the first effect is checked. */
const REPEAT_MS = 4_000;

/** A shard of a store of its own, whose vectors are in the index. */
type PlacedShard = { readonly shard: StoredShard; readonly source: VectorSource };

/** Shards, the writer of a vector index and a fake of the index, with a clock that a test moves. */
export class VectorWorld {
  now = 1_800_000_000_000;
  readonly fake: FakeVectorize;
  readonly shards: readonly PlacedShard[];
  /** The shards that do not answer, by their place in `shards`. */
  readonly silent = new Set<number>();
  readonly #database = new DatabaseSync(":memory:");
  #changes: IndexChanges;
  #tables: JournalTables;

  constructor(shardCount: number, vectorsMax = Number.POSITIVE_INFINITY) {
    this.fake = new FakeVectorize({
      dimensions: 512,
      now: () => this.now,
      delayMs: DELAY_MS,
      repeatAfterMs: REPEAT_MS,
      vectorsMax,
      metadataIndexes: INDEXED_PROPERTIES,
    });
    this.shards = Array.from({ length: shardCount }, (_, at) => ({
      shard: new StoredShard(kernel),
      source: {
        scope: { projectId: "proj_a", region: "auto" },
        storeId: `vs_${at}`,
        generation: 1,
        shard: 0,
      },
    }));
    this.#database.exec(readFileSync("migrations/vector-writer/0001_journal.sql", "utf8"));
    this.#tables = new JournalTables(sqlStorageOf(rowReader(this.#database)));
    this.#changes = this.#open();
  }

  /** Starts the writer again from its journal, as after the end of its process. */
  restart(): void {
    this.#tables = new JournalTables(sqlStorageOf(rowReader(this.#database)));
    this.#changes = this.#open();
  }

  /** Places the vectors of a shard in the index, to be filtered by some attributes, or takes them out. */
  place(at: number, isPlaced: boolean, filterKeys: readonly string[] = []): void {
    const { shard, source } = this.#at(at);
    const index = isPlaced ? INDEX : null;
    shard.storage.transaction(() => shard.outbox.place({ source, index, filterKeys }));
  }

  /** Lets time pass, tells the writer of the shards that have changes, and makes one round. */
  async tick(ms: number): Promise<void> {
    this.now += ms;
    for (const { shard } of this.shards) {
      const open = shard.outbox.unannounced();
      if (!open) continue;
      this.#announce(open.source);
      shard.storage.transaction(() => shard.outbox.announced(shard.outbox.nextSeq));
    }
    try {
      await this.#changes.go();
    } catch (error) {
      if (!(error instanceof Error) || !/Network connection lost/.test(error.message)) throw error;
    }
    for (const { shard } of this.shards) {
      shard.storage.transaction(() => shard.outbox.tidy(this.now));
    }
  }

  /** Makes rounds until nothing is left to do. Throws if that does not come within ten hours. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3_600; round++) {
      await this.tick(10_000);
      const isQuiet = this.shards.every(({ shard }) => shard.outbox.unannounced() === null);
      if (isQuiet && this.#changes.nextDue() === null) return;
    }
    throw new Error("The changes of the index do not come to an end");
  }

  /** The ids of the vectors that the index should have: those of the chunks of all placed shards. */
  expected(): string[] {
    return this.shards
      .filter(({ shard }) => shard.outbox.index === INDEX)
      .flatMap(({ shard, source }) =>
        shard.tables.chunks
          .liveRuns()
          .flatMap((run) => shard.tables.chunks.numbersIn(run))
          .map((number) => vectorIdOf(source, number)),
      )
      .toSorted();
  }

  /** The metadata that the vectors should have in the index, by their ids: those of the chunks of all placed shards. */
  expectedMetadata(): Map<string, object> {
    return new Map(
      this.shards
        .filter(({ shard }) => shard.outbox.index === INDEX)
        .flatMap(({ shard: { tables, outbox }, source }) =>
          tables.chunks
            .liveRuns()
            .flatMap((run) => tables.outgoing.numbersWithAttributes(run))
            .map(({ number, attributes }) => [
              vectorIdOf(source, number),
              metadataOf(outbox.filterKeys ?? [], number, attributes),
            ]),
        ),
    );
  }

  /** The chunks that no search may find: neither a shard finds them itself, nor has the index their present metadata. */
  unfindable(): string[] {
    const { metadata } = this.fake;
    const overlaid = new Set(
      this.shards.flatMap(({ shard, source }) =>
        shard.outbox
          .overlay()
          .flatMap(({ first, count }) =>
            Array.from({ length: count }, (_, at) => vectorIdOf(source, first + at)),
          ),
      ),
    );
    return [...this.expectedMetadata()]
      .filter(([id, wanted]) => !overlaid.has(id) && !isDeepStrictEqual(metadata.get(id), wanted))
      .map(([id]) => id);
  }

  /** The namespace of a shard's vectors. */
  namespace(at: number): string {
    const { source } = this.#at(at);
    return namespaceOf(source.storeId, source.generation);
  }

  /** Number of changes that a shard still waits for. */
  waiting(at: number): number {
    return this.#at(at).shard.outbox.overlay().length;
  }

  #announce({ scope, ...source }: VectorSource): void {
    const name = source.storeId;
    const plannedTo = this.#tables.findSource(name)?.plannedTo ?? 0;
    this.#tables.putSource({ name, ...scope, ...source, plannedTo });
  }

  #open(): IndexChanges {
    return new IndexChanges({
      storage: {
        transactionSync: (change) => {
          this.#database.exec("BEGIN");
          try {
            const value = change();
            this.#database.exec("COMMIT");
            return value;
          } catch (error) {
            this.#database.exec("ROLLBACK");
            throw error;
          }
        },
      },
      tables: this.#tables,
      number: INDEX,
      index: openVectorIndex(this.fake),
      now: () => this.now,
      openShard: (source) => this.#openShard(source),
    });
  }

  #openShard({ name }: SourceRow) {
    const at = this.shards.findIndex(({ source }) => source.storeId === name);
    const answer = <Value>(call: (shard: StoredShard) => Value): Promise<Value> => {
      if (this.silent.has(at)) return Promise.reject(new Error("The shard does not answer"));
      return Promise.resolve(call(this.#at(at).shard));
    };
    return {
      listOutgoing: (index: number, after: number) =>
        answer(({ outbox }) => outbox.list(index, after)),
      readOutgoing: (seqs: readonly number[]) =>
        answer(({ outbox, loaded }) => outbox.read(seqs, loaded.dimensions)),
      confirmOutgoing: (seqs: readonly number[]) =>
        answer((shard) => shard.storage.transaction(() => shard.outbox.confirm(seqs, this.now))),
    };
  }

  #at(at: number): PlacedShard {
    const placed = this.shards[at];
    if (!placed) throw new Error(`There is no shard ${at}`);
    return placed;
  }
}
