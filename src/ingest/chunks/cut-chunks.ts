import { encodePlaces } from "../../knowledge/chunk-places.ts";
import type { Chunking } from "../../knowledge/chunking.ts";
import { HEADING_SEPARATOR } from "../../knowledge/heading-path.ts";
import { encodeUnits } from "../../knowledge/units.ts";
import { RowFinder } from "../blocks/find-rows.ts";
import { type Block, readBlocks } from "../blocks/read-blocks.ts";
import type { Chunk, Extracted } from "../ingest-types.ts";
import { listNow, type SlicedItems } from "../slices.ts";
import { UnitReader } from "../units/read-units.ts";
import { cutAtoms } from "./cut-atoms.ts";
import { type ChunkSizes, packAtoms } from "./pack-atoms.ts";

/**
 * Cuts a text into chunks, passages that can be understood on their own. Blocks are cut into atoms (sentences, rows,
 * lines). Atoms of one section are packed into chunks of about equal size, and chunks of one section overlap by whole
 * atoms. A section that is too small for a chunk is joined with the next one. Sizes are in estimated tokens.
 *
 * A chunk has at most `chunkTokensMax` tokens, or up to a quarter more where that avoids a last chunk too short to be
 * found. A row of a table is never cut, unless it is larger than a chunk; a chunk that begins within a table has the
 * caption and the header of the table, and the first cell of a row that was cut, beside its text, on lines of their own
 * after its headings. Each chunk is an exact slice of the text. All text except white space is in some chunk. The same text and
 * chunking give the same chunks. Time is linear in the length of the text.
 */
export function cutChunks(extracted: Extracted, chunking: Chunking): Chunk[] {
  return listNow(cutChunksInSlices(extracted, chunking));
}

/**
 * Cuts a text into chunks like `cutChunks`, one after the other, in slices of about 10 ms, between which other requests
 * can run. The text after a chunk is read only as far as that chunk needs, so whoever stops early saves the rest.
 */
export function* cutChunksInSlices(extracted: Extracted, chunking: Chunking): SlicedItems<Chunk> {
  const { text, format } = extracted;
  const reader = new UnitReader(text, format);
  const cuts = cutBlocks(extracted, chunking, reader.pass(readBlocks(text, format)));
  for (const cut of cuts) {
    yield cut && { ...cut, units: encodeUnits(reader.read(cut.start, cut.end), cut.start) };
  }
}

/** A chunk whose units were not read. */
export type PlainCut = Omit<Chunk, "units">;

/** Cuts a text like `cutChunksInSlices` and does not read the units of the chunks, which is half of the work. */
export function* cutPlainInSlices(extracted: Extracted, chunking: Chunking): SlicedItems<PlainCut> {
  yield* cutBlocks(extracted, chunking, readBlocks(extracted.text, extracted.format));
}

function* cutBlocks(
  { text, linesAbove = 0, pages: marks = [] }: Extracted,
  chunking: Chunking,
  blocks: SlicedItems<Block>,
): SlicedItems<PlainCut> {
  let ordinal = 0;
  const sizes = computeSizes(chunking);
  const rows = new RowFinder(text, linesAbove);
  for (const packed of packAtoms(
    cutAtoms(text, seeBlocks(blocks, rows), { row: sizes.max, atom: sizes.atom }),
    sizes,
  )) {
    if (!packed) {
      yield;
      continue;
    }
    const { start, end, path, lead } = packed;
    const before = lead.map((span) => text.slice(span.start, span.end)).join("\n");
    const context = before.slice(0, LEAD_LENGTH_MAX).trim();
    const headings = path.join(HEADING_SEPARATOR);
    const heading = [headings, context].filter((part) => part !== "").join("\n");
    const places = encodePlaces(marks, rows.listTables(start, end), { start, end });
    yield { ordinal: ordinal++, start, end, heading, text: text.slice(start, end), places };
  }
}

function* seeBlocks(blocks: SlicedItems<Block>, rows: RowFinder): SlicedItems<Block> {
  for (const block of blocks) {
    if (block) rows.see(block);
    yield block;
  }
}

/** Maximum length of the caption and header of a table that are kept beside a chunk. */
const LEAD_LENGTH_MAX = 2_000;
/** Minimum size of a chunk as a share of `chunkTokensMax`, where the text allows it. */
const CHUNK_SHARE_MIN = 1 / 4;
/** Maximum size of a chunk that includes a short tail, as a share of `chunkTokensMax`. */
const CHUNK_STRETCH = 5 / 4;
/** A longer sentence is cut, so that packing and overlap can work in small steps. */
const ATOM_SHARE_MAX = 1 / 4;

function computeSizes({ chunkTokensMax, overlapTokens }: Chunking): ChunkSizes {
  return {
    max: chunkTokensMax,
    min: Math.floor(chunkTokensMax * CHUNK_SHARE_MIN),
    stretched: Math.floor(chunkTokensMax * CHUNK_STRETCH),
    overlap: Math.min(overlapTokens, Math.floor(chunkTokensMax / 2)),
    atom: Math.max(1, Math.floor(chunkTokensMax * ATOM_SHARE_MAX)),
  };
}
