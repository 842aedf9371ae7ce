import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { ShardDocument } from "../../src/retrieval/search-types.ts";
import { ShardMemory } from "../../src/retrieval/shard-memory.ts";
import type { ShardTables, StoredVector } from "./shard-tables.ts";

/** Maximum number of cached characters of attributes as JSON. Searches read the rest from storage. */
const ATTRIBUTES_CHARACTERS_MAX = 4_000_000;

/**
 * Keeps in memory the data that searches read from a shard: for all chunks, the data from which their scores are
 * computed, and the attributes of files up to a total size. Other attributes are read from storage.
 */
export class ShardCache {
  readonly memory: ShardMemory;
  readonly #tables: ShardTables;
  readonly #attributes = new Map<FileId, Attributes>();
  #attributesCharacters = 0;

  constructor(tables: ShardTables) {
    this.#tables = tables;
    const chunkCount = tables.chunkCount();
    this.memory = new ShardMemory(tables.dimensions(), Math.max(64, chunkCount));
    for (const chunk of tables.chunks()) this.memory.add(chunk);
    for (const { fileId, attributes } of tables.attributes()) {
      if (this.#attributesCharacters > ATTRIBUTES_CHARACTERS_MAX) break;
      this.#attributesCharacters += attributes.length;
      this.#attributes.set(fileId, parseAttributes(attributes));
    }
  }

  /** Adds the chunks and attributes of a file that was just written. */
  add(document: ShardDocument, vectors: readonly StoredVector[]): void {
    for (const chunk of vectors) this.memory.add(chunk);
    this.setAttributes(document.fileId, document.attributes);
  }

  /** Returns the attributes of a file, from memory or from storage. */
  attributes(fileId: FileId): Attributes {
    return this.#attributes.get(fileId) ?? parseAttributes(this.#tables.readAttributes(fileId));
  }

  /** Replaces the attributes of a file in memory. If the cache is full, only removes the old attributes. */
  setAttributes(fileId: FileId, attributes: Attributes): void {
    this.forget(fileId);
    if (this.#attributesCharacters > ATTRIBUTES_CHARACTERS_MAX) return;
    this.#attributesCharacters += JSON.stringify(attributes).length;
    this.#attributes.set(fileId, attributes);
  }

  /** Removes the attributes of a file from memory, so that the next read takes them from storage. */
  forget(fileId: FileId): void {
    const known = this.#attributes.get(fileId);
    if (known && this.#attributes.delete(fileId)) {
      this.#attributesCharacters -= JSON.stringify(known).length;
    }
  }
}

/** Parses attributes that only this shard writes, after the API has validated them. */
function parseAttributes(text: string): Attributes {
  return JSON.parse(text);
}
