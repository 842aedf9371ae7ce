import { chooseShard, type ShardSize } from "../../../src/knowledge/choose-shard.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { VectorStoreTables } from "../tables/store-tables.ts";

/** The search shards of a generation, of which files that are taken get the one with the fewest chunks. */
export class ShardRoom {
  readonly generation: number;
  readonly #tables: VectorStoreTables;
  readonly #shards: ShardSize[];
  readonly #chunksMax: number;
  readonly #added = new Map<SearchShardNumber, number>();

  constructor(tables: VectorStoreTables, generation: number, chunksMax: number) {
    this.generation = generation;
    this.#tables = tables;
    this.#shards = tables.shards(generation);
    this.#chunksMax = chunksMax;
  }

  /** Chooses the shard of a file with about `chunkCount` chunks. */
  choose(chunkCount: number): SearchShardNumber {
    const number = chooseShard(this.#shards, this.#chunksMax);
    const size = this.#shards[number]?.chunkCount ?? 0;
    this.#shards[number] = { number, chunkCount: size + chunkCount };
    this.#added.set(number, (this.#added.get(number) ?? 0) + chunkCount);
    return number;
  }

  /** Writes the numbers of chunks that the chosen shards are expected to get. */
  save(): void {
    for (const [shard, count] of this.#added) {
      this.#tables.countChunks(this.generation, shard, count);
    }
  }
}
