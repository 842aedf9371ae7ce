import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";

import { IndexChanges } from "../../../../durable-objects/vector-writer/index-changes.ts";
import { JournalTables } from "../../../../durable-objects/vector-writer/journal-tables.ts";
import type { ShardNames } from "../../../../durable-objects/vector-writer/late-checks.ts";
import { WatchTable } from "../../../../durable-objects/vector-writer/watch-table.ts";
import { openVectorIndex } from "../../../../src/platform/vector-index.ts";
import kernel from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import {
  INDEXED_PROPERTIES,
  metadataOf,
} from "../../../../src/retrieval/vectorize/filter-slots.ts";
import type { FoundVectors } from "../../../../src/retrieval/vectorize/outgoing.ts";
import {
  namespaceOf,
  type VectorSource,
  vectorIdOf,
} from "../../../../src/retrieval/vectorize/placement.ts";
import { FakeVectorize } from "../../../fakes/vectorize.ts";
import { rowReader, sqlStorageOf } from "../../node-sql.ts";
import { makeDocument } from "../documents.ts";
import { StoredShard } from "../stored/stored-shard.ts";

const MIGRATIONS = "migrations/vector-writer";
/** The number of the only vector index. */
const INDEX = 0;
const DELAY_MS = 3_000;
/** Longer than anything is watched, and than the pauses of what has failed. */
const SETTLED_MS = 5 * 86_400_000;

/** A shard of a store of its own, whose vectors are in the index. */
type PlacedShard = { readonly shard: StoredShard; readonly source: VectorSource };

/** Shards, the writer of a vector index and a fake of the index, with a clock that a test moves. */
export class VectorWorld {
  now = 1_800_000_000_000;
  readonly fake: FakeVectorize;
  readonly shards: readonly PlacedShard[];
  /** The shards that do not answer, by their place in `shards`. */
  readonly silent = new Set<number>();
  readonly #erased = new Set<number>();
  readonly #database = new DatabaseSync(":memory:");
  readonly #sql = sqlStorageOf(rowReader(this.#database));
  #changes: IndexChanges;
  #tables: JournalTables;
  #watched: WatchTable;

  constructor(shardCount: number, vectorsMax = Number.POSITIVE_INFINITY) {
    this.fake = new FakeVectorize({
      dimensions: 512,
      now: () => this.now,
      delayMs: DELAY_MS,
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
    for (const file of readdirSync(MIGRATIONS).toSorted()) {
      this.#database.exec(readFileSync(`${MIGRATIONS}/${file}`, "utf8"));
    }
    this.#tables = new JournalTables(this.#sql);
    this.#watched = new WatchTable(this.#sql);
    this.#changes = this.#open();
  }

  /** Starts the writer again from its journal, as after the end of its process. */
  restart(): void {
    this.#tables = new JournalTables(this.#sql);
    this.#watched = new WatchTable(this.#sql);
    this.#changes = this.#open();
  }

  /** Places the vectors of a shard in the index, to be filtered by some attributes, or takes them out. */
  place(at: number, isPlaced: boolean, filterKeys: readonly string[] = []): void {
    const { shard, source } = this.#at(at);
    const index = isPlaced ? INDEX : null;
    shard.storage.transaction(() => shard.outbox.place({ source, index, filterKeys }));
  }

  /** Writes a file with chunks to a shard. */
  fill(at: number, name: string, chunks: number): void {
    const texts = Array.from({ length: chunks }, (_, one) => `${name} text${one}`);
    this.#at(at).shard.write([makeDocument(name, texts)], 0);
  }

  /** Erases a shard, which forgets all but the changes that the index does not have. */
  erase(at: number): void {
    const { shard } = this.#at(at);
    shard.storage.transaction(() => shard.outbox.leave());
    this.#erased.add(at);
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

  /** Makes rounds until nothing is left to do, also for late effects. Throws if that does not come within days. */
  async settle(): Promise<void> {
    for (const until = this.now + SETTLED_MS; this.now < until;) {
      const due = this.isQuiet() ? this.#changes.nextDue() : 0;
      if (due === null) return;
      await this.tick(Math.max(10_000, due - this.now));
    }
    throw new Error("The changes of the index do not come to an end");
  }

  /** True if the writer knows of all changes. */
  isQuiet(): boolean {
    return this.shards.every(({ shard }) => shard.outbox.unannounced() === null);
  }

  /** True if the index does not have all changes of a shard. */
  isChanging(at: number): boolean {
    const changes = this.#at(at).shard.tables.outgoing.all();
    return changes.some(({ confirmedAt }) => confirmedAt === null);
  }

  /** True if a shard's vectors may be placed in the index: nothing of before can come back to its namespace. */
  hasRoom(at: number): boolean {
    const namespace = this.namespace(at);
    return !this.#tables.hasNamespace(namespace) && !this.#watched.isLeft(namespace);
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
      watched: this.#watched,
      number: INDEX,
      index: openVectorIndex(this.fake),
      now: () => this.now,
      openShard: (source) => this.#openShard(source),
    });
  }

  #openShard({ storeId }: ShardNames) {
    const at = this.shards.findIndex(({ source }) => source.storeId === storeId);
    const answer = <Value>(call: (shard: StoredShard) => Value): Promise<Value> => {
      if (this.silent.has(at)) return Promise.reject(new Error("The shard does not answer"));
      return Promise.resolve(call(this.#at(at).shard));
    };
    return {
      listOutgoing: (index: number, after: number) =>
        answer(({ outbox }) => outbox.list(index, after)),
      readOutgoing: (seqs: readonly number[]) =>
        answer(({ outbox, loaded }) =>
          outbox.read(seqs, this.#erased.has(at) ? 0 : loaded.dimensions),
        ),
      confirmOutgoing: (seqs: readonly number[]) =>
        answer((shard) => shard.storage.transaction(() => shard.outbox.confirm(seqs, this.now))),
      compareOutgoing: (index: number, found: FoundVectors) =>
        answer((shard) =>
          shard.storage.transaction(() =>
            shard.outbox.compare(index, found, this.#erased.has(at) ? 0 : shard.loaded.dimensions),
          ),
        ),
    };
  }

  #at(at: number): PlacedShard {
    const placed = this.shards[at];
    if (!placed) throw new Error(`There is no shard ${at}`);
    return placed;
  }
}
