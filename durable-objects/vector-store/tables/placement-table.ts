import { columns, integer, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { DenseIndex } from "../../../src/knowledge/reindex/layout.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { VectorIndexNumber } from "../../../src/retrieval/vectorize/placement.ts";
import { ADD_SHARD } from "./generation-shard.ts";

/** The columns of the table of the places of the vectors of a store's generations. */
export const DENSE_PLACEMENT = columns("dense_placement", {
  generation: integer(),
  /** The number of the vector index; null if the shards alone have the vectors. */
  vectorIndex: nullable(integer()),
  /** When the store asked for an index last and none fitted, in Unix seconds; 0 if one did. */
  refusedAt: integer(),
  /** The place that was asked for. */
  denseIndex: text<DenseIndex>(),
});
const PLACE = DENSE_PLACEMENT.omit("generation");
/** The place of the vectors of a generation. */
export type ChosenPlacement = RowOf<typeof PLACE>;

const READ = `SELECT ${PLACE.select()} FROM dense_placement WHERE generation = ?`;
const SAVE = `INSERT OR REPLACE INTO dense_placement (${DENSE_PLACEMENT.names})
  VALUES (${DENSE_PLACEMENT.marks})`;
const CHUNK_COUNT = `SELECT coalesce(sum(chunk_count), 0) AS count FROM generation_shard
  WHERE generation = ?`;
const UNTOLD = `SELECT number FROM generation_shard
  WHERE generation = ? AND placed IS NOT ? ORDER BY number`;
const TELL = "UPDATE generation_shard SET placed = ? WHERE generation = ? AND number = ?";
const TOLD = `SELECT number FROM generation_shard
  WHERE generation = ? AND placed = ? ORDER BY number LIMIT 1`;
const ATTRIBUTE_KEYS = `SELECT json_each.key AS key, count(*) AS count
  FROM attachment, json_each(attachment.attributes) GROUP BY json_each.key`;
const FORGET = "DELETE FROM dense_placement WHERE generation = ?";

/** Reads and writes the shards of a generation, where its vectors are, and which shards know it. It makes no decisions. */
export class PlacementTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the place of the vectors of a generation. */
  read(generation: number): ChosenPlacement {
    const [row] = this.#sql.exec<ChosenPlacement>(READ, generation).toArray();
    return row ?? { vectorIndex: null, refusedAt: 0, denseIndex: "auto" };
  }

  /** Writes the place of the vectors of a generation. */
  save(generation: number, place: ChosenPlacement): void {
    this.#sql.exec(SAVE, ...DENSE_PLACEMENT.bind({ ...place, generation }));
  }

  /** Forgets the place of the vectors of a generation that is erased. */
  forget(generation: number): void {
    this.#sql.exec(FORGET, generation);
  }

  /** Adds the first search shards of a new generation, which have no chunks. */
  addShards(generation: number, count: number): void {
    for (let number = 0; number < count; number++) this.#sql.exec(ADD_SHARD, generation, number);
  }

  /** Counts the chunks of all shards of a generation. */
  chunkCount(generation: number): number {
    return this.#sql.exec<{ count: number }>(CHUNK_COUNT, generation).one().count;
  }

  /** Lists the shards of a generation that were told of another place than this one. */
  untold(generation: number, index: VectorIndexNumber | null): SearchShardNumber[] {
    const rows = this.#sql.exec<{ number: SearchShardNumber }>(UNTOLD, generation, index).toArray();
    return rows.map(({ number }) => number);
  }

  /** Returns a shard of a generation that was told of an index; null if none was. */
  told(generation: number, index: VectorIndexNumber): SearchShardNumber | null {
    const rows = this.#sql.exec<{ number: SearchShardNumber }>(TOLD, generation, index).toArray();
    return rows[0]?.number ?? null;
  }

  /** Counts the files with each attribute. */
  attributeKeys(): { key: string; count: number }[] {
    return this.#sql.exec<{ key: string; count: number }>(ATTRIBUTE_KEYS).toArray();
  }

  /** Notes that a shard was told of a place. */
  tell(
    { generation, shard }: { readonly generation: number; readonly shard: SearchShardNumber },
    index: VectorIndexNumber | null,
  ): void {
    this.#sql.exec(TELL, index, generation, shard);
  }
}
