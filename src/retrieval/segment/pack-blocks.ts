import { ByteReader, ByteWriter, openSealed } from "./bytes.ts";
import type { TermBlock } from "./term-block.ts";

/**
 * Packs the blocks of a small segment into one blob, which fits in one row. The blob has the length of a table of
 * contents, the table with a checksum, and the blocks. The table has the number of blocks and, for each block, the
 * length and bytes of its first key and the length of the block.
 */
export function packBlocks(blocks: readonly TermBlock[]): Uint8Array<ArrayBuffer> {
  const contents = new ByteWriter();
  contents.varint(blocks.length);
  for (const { firstKey, bytes } of blocks) {
    contents.varint(firstKey.length);
    contents.raw(firstKey);
    contents.varint(bytes.length);
  }
  const sealed = contents.seal();
  const packed = new ByteWriter(sealed.length + 8);
  packed.varint(sealed.length);
  packed.raw(sealed);
  for (const { bytes } of blocks) packed.raw(bytes);
  return packed.view().slice();
}

/**
 * Reads the blocks in a blob of `packBlocks`, in order, as views of its bytes. Throws `DamagedSegment` if the table of
 * contents is damaged.
 */
export function unpackBlocks(packed: Uint8Array<ArrayBuffer>): TermBlock[] {
  const reader = new ByteReader(packed);
  const contents = new ByteReader(openSealed(reader.raw(reader.varint())));
  let start = reader.at;
  return Array.from({ length: contents.varint() }, () => {
    const firstKey = contents.raw(contents.varint());
    const end = start + contents.varint();
    const block = { firstKey, bytes: packed.subarray(start, end) };
    start = end;
    return block;
  });
}
