import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import type { VectorIndexNumber } from "../../src/retrieval/vectorize/placement.ts";

const READ = `SELECT vector_index AS vectorIndex, refused_at AS refusedAt FROM dense_placement
  WHERE generation = ?`;
const SAVE = `INSERT OR REPLACE INTO dense_placement (generation, vector_index, refused_at)
  VALUES (?, ?, ?)`;
const CHUNK_COUNT = "SELECT coalesce(sum(chunk_count), 0) AS count FROM shard";
const UNTOLD = "SELECT number FROM shard WHERE placed IS NOT ? ORDER BY number";
const TELL = "UPDATE shard SET placed = ? WHERE number = ?";

/** The place of the vectors of a generation. `vectorIndex` is null if the shards alone have them. */
export type ChosenPlacement = {
  readonly vectorIndex: VectorIndexNumber | null;
  /** When the store asked for an index last and none fitted, in Unix seconds; 0 if one did. */
  readonly refusedAt: number;
};

/** Reads and writes where the vectors of a store are, and which shards know it. It makes no decisions. */
export class PlacementTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the place of the vectors of a generation. */
  read(generation: number): ChosenPlacement {
    const [row] = this.#sql.exec<ChosenPlacement>(READ, generation).toArray();
    return row ?? { vectorIndex: null, refusedAt: 0 };
  }

  /** Writes the place of the vectors of a generation. */
  save(generation: number, { vectorIndex, refusedAt }: ChosenPlacement): void {
    this.#sql.exec(SAVE, generation, vectorIndex, refusedAt);
  }

  /** Counts the chunks of all shards. */
  chunkCount(): number {
    return this.#sql.exec<{ count: number }>(CHUNK_COUNT).one().count;
  }

  /** Lists the shards that were told of another place than this one. */
  untold(index: VectorIndexNumber | null): SearchShardNumber[] {
    const rows = this.#sql.exec<{ number: SearchShardNumber }>(UNTOLD, index).toArray();
    return rows.map(({ number }) => number);
  }

  /** Notes that a shard was told of a place. */
  tell(shard: SearchShardNumber, index: VectorIndexNumber | null): void {
    this.#sql.exec(TELL, index, shard);
  }
}
