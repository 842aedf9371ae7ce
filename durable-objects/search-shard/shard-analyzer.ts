import { findAnalyzer } from "../../src/retrieval/analysis/analyzer.ts";
import type { ChunkTerms } from "../../src/retrieval/segment/make-blocks.ts";
import type { ShardBatch } from "../../src/retrieval/segment/shard-batch.ts";
import type { AnalyzerTable } from "./tables/analyzer-table.ts";

/** A chunk as a shard stores it, with the name of its file. */
type StoredText = { readonly heading: string; readonly text: string; readonly filename: string };

/** Thrown for a write whose terms are of another version of the analyzer than those of the shard. */
class OtherAnalyzer extends Error {
  override readonly name = "OtherAnalyzer";

  constructor(given: number, own: number) {
    super(
      `The terms of the call are of version ${given} of the analyzer, those of the shard of ${own}`,
    );
  }
}

/**
 * The version of the analyzer by which the chunks of a shard are indexed. The first write decides about it. A version that
 * this build does not have is an error where terms are made, and no error otherwise: removals work, and so does what
 * reads no terms.
 */
export class ShardAnalyzer {
  readonly #table: AnalyzerTable;
  #version: number;

  constructor(table: AnalyzerTable) {
    this.#table = table;
    this.#version = table.read();
  }

  /** The version; that of the shard's first write once there was one. */
  get version(): number {
    return this.#version;
  }

  /**
   * Takes the version of a call's terms, if the shard `isNew`: it has never had a chunk. Throws if it has chunks of
   * another version. The caller opens a transaction.
   */
  admit({ analyzer }: Pick<ShardBatch, "analyzer">, isNew: boolean): void {
    if (analyzer === this.#version) return;
    if (!isNew) throw new OtherAnalyzer(analyzer, this.#version);
    this.#table.save(analyzer);
    this.#version = analyzer;
  }

  /** Makes the index terms of a stored chunk. Throws `UnknownAnalyzer` if this build does not have the version. */
  readTerms({ heading, text, filename }: StoredText): ChunkTerms {
    const { indexTerms } = findAnalyzer(this.#version);
    return { heading: indexTerms(heading), body: indexTerms(text), name: indexTerms(filename) };
  }
}
