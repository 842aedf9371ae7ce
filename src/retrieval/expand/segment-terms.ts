import { BlockCursor, FIELD } from "../segment/term-block.ts";
import type { SortedTerms, TermCursor } from "./expand-term.ts";

/**
 * Yields the blocks of a segment's posting lists in the order of their keys, beginning with the block in which `key` is
 * or would be.
 */
export type ReadBlocks = (key: Uint8Array) => Iterable<Uint8Array>;

/**
 * The terms of a segment's headings and texts (`FIELD.text`), in the order of their UTF-8 bytes. Lists of other fields
 * are skipped.
 */
export class SegmentTerms implements SortedTerms {
  readonly #readBlocks: ReadBlocks;

  constructor(readBlocks: ReadBlocks) {
    this.#readBlocks = readBlocks;
  }

  *blocks(from: Uint8Array): Iterable<TermCursor> {
    const key = new Uint8Array(1 + from.length);
    key[0] = FIELD.text;
    key.set(from, 1);
    for (const block of this.#readBlocks(key)) yield new TextTermCursor(block);
  }
}

/** A cursor over the terms of a block. A key is one byte for the field, followed by the term. */
class TextTermCursor implements TermCursor {
  documentCount = 0;
  readonly #lists: BlockCursor;

  constructor(block: Uint8Array) {
    this.#lists = new BlockCursor(block);
  }

  /** The block, in which the term's bytes are. */
  get bytes(): Uint8Array {
    return this.#lists.key.bytes;
  }

  /** The place of the term's first byte. */
  get start(): number {
    return this.#lists.key.start + 1;
  }

  /** The place after the term's last byte. */
  get end(): number {
    return this.#lists.key.end;
  }

  next(): boolean {
    while (this.#lists.next()) {
      const { key, documentCount } = this.#lists;
      if (key.bytes[key.start] !== FIELD.text) continue;
      this.documentCount = documentCount;
      return true;
    }
    return false;
  }
}
