import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { ShardQuery } from "../../src/retrieval/search-types.ts";
import { AttributeColumns } from "../../src/retrieval/shard/attribute-columns.ts";
import type { ChunkTables } from "./tables/chunk-tables.ts";

/** Finds the files of a shard that a query may find. The attributes are loaded by the first query with a filter. */
export class ShardFilter {
  readonly #chunks: ChunkTables;
  #attributes: AttributeColumns | null = null;

  constructor(chunks: ChunkTables) {
    this.#chunks = chunks;
  }

  /** Bytes of the attributes in memory. */
  get bytes(): number {
    return this.#attributes?.bytes ?? 0;
  }

  /** Replaces the attributes of a file. */
  set(ordinal: number, attributes: Attributes): void {
    this.#attributes?.set(ordinal, attributes);
  }

  /** Returns 1 for each file, by its ordinal, whose chunks the query may find; null if it may find all. */
  admit(
    { filter, hidden }: Pick<ShardQuery, "filter" | "hidden">,
    fileCount: number,
  ): Uint8Array | null {
    if (filter === null && hidden.length === 0) return null;
    const admitted = filter
      ? this.#load().admit(filter, fileCount)
      : new Uint8Array(fileCount).fill(1);
    return hidden.length === 0 ? admitted : this.#hide(admitted.slice(), hidden);
  }

  #hide(admitted: Uint8Array, hidden: readonly FileId[]): Uint8Array {
    for (const ordinal of this.#chunks.ordinals(hidden)) admitted[ordinal] = 0;
    return admitted;
  }

  #load(): AttributeColumns {
    if (this.#attributes) return this.#attributes;
    const loaded = new AttributeColumns();
    for (const { ordinal, attributes } of this.#chunks.attributes()) {
      loaded.set(ordinal, attributes);
    }
    this.#attributes = loaded;
    return loaded;
  }
}
