import type { Chunking } from "../knowledge/chunking.ts";
import { cutAtoms, type Atom } from "./cut-atoms.ts";
import type { Chunk, Extracted } from "./ingest-types.ts";
import { readBlocks } from "./read-blocks.ts";
import { finishNow, type Sliced } from "./slices.ts";

/**
 * Cuts a text into chunks, passages that can be understood on their own. Blocks are cut into atoms (sentences, rows,
 * lines). Atoms of one section are packed into chunks of about equal size, and chunks of one section overlap by whole
 * atoms. A section that is too small for a chunk is joined with the next one. Sizes are in estimated tokens.
 *
 * A chunk has at most `chunkTokensMax` tokens, or up to a quarter more where that avoids a last chunk too short to be
 * found. Each chunk is an exact slice of the text. All text except white space is in some chunk. The same text and
 * chunking give the same chunks. Time is linear in the length of the text.
 */
export function cutChunks(extracted: Extracted, chunking: Chunking): Chunk[] {
  return finishNow(cutChunksInSlices(extracted, chunking));
}

/**
 * Cuts a text into chunks, in slices of about 10 ms, between which other requests can run. `cutChunks` does the same
 * without pauses.
 */
export function* cutChunksInSlices(extracted: Extracted, chunking: Chunking): Sliced<Chunk[]> {
  const { text, format } = extracted;
  const sizes = computeSizes(chunking);
  const chunks: Chunk[] = [];
  const atoms = yield* cutAtoms(text, yield* readBlocks(text, format), sizes.atom);
  for (const group of yield* groupSections(atoms, sizes)) {
    for (const { from, to, fresh } of yield* packGroup(group, sizes)) {
      const start = group[from]?.start ?? 0;
      const end = group[to - 1]?.end ?? start;
      chunks.push({
        ordinal: chunks.length,
        start,
        end,
        heading: commonHeading(group, fresh, to),
        text: text.slice(start, end),
      });
      if (chunks.length % CHUNKS_A_SLICE === 0) yield;
    }
  }
  return chunks;
}

/** Atoms that are grouped, and chunks that are packed, in about 10 ms. */
const ATOMS_A_SLICE = 100_000;
const CHUNKS_A_SLICE = 500;
/** Between the headings of a path. */
const HEADING_SEPARATOR = " › ";
/** Minimum size of a chunk as a share of `chunkTokensMax`, where the text allows it. */
const CHUNK_SHARE_MIN = 1 / 4;
/** Maximum size of a chunk that includes a short tail, as a share of `chunkTokensMax`. */
const CHUNK_STRETCH = 5 / 4;
/** A chunk may be cut back to this share of its size to end with a paragraph. */
const PARAGRAPH_SHARE_MIN = 3 / 4;
/** A longer sentence is cut, so that packing and overlap can work in small steps. */
const ATOM_SHARE_MAX = 1 / 4;

type Sizes = {
  readonly max: number;
  readonly min: number;
  readonly stretched: number;
  readonly overlap: number;
  readonly atom: number;
};

/** A chunk as a range of atoms. Atoms from `fresh` on are in no earlier chunk. */
type Packed = { readonly from: number; readonly fresh: number; readonly to: number };

function computeSizes({ chunkTokensMax, overlapTokens }: Chunking): Sizes {
  return {
    max: chunkTokensMax,
    min: Math.floor(chunkTokensMax * CHUNK_SHARE_MIN),
    stretched: Math.floor(chunkTokensMax * CHUNK_STRETCH),
    overlap: Math.min(overlapTokens, Math.floor(chunkTokensMax / 2)),
    atom: Math.max(1, Math.floor(chunkTokensMax * ATOM_SHARE_MAX)),
  };
}

/** Groups the atoms that are packed together: a section, with small ones before it or a small last one after it. */
function* groupSections(atoms: readonly Atom[], sizes: Sizes): Sliced<Atom[][]> {
  const groups: Atom[][] = [];
  let group: Atom[] = [];
  let tokens = 0;
  let seen = 0;
  for (const atom of atoms) {
    if (++seen % ATOMS_A_SLICE === 0) yield;
    if (atom.kind === "heading" && tokens >= sizes.min) {
      groups.push(group);
      group = [];
      tokens = 0;
    }
    group.push(atom);
    tokens += atom.tokens;
  }
  const before = groups.at(-1);
  if (before && tokens < sizes.min && sum(before) + tokens <= sizes.stretched) {
    for (const atom of group) before.push(atom);
  } else if (group.length > 0) {
    groups.push(group);
  }
  return groups;
}

function* packGroup(atoms: readonly Atom[], sizes: Sizes): Sliced<Packed[]> {
  let rest = sum(atoms);
  const packed: Packed[] = [];
  for (let from = 0, fresh = 0; fresh < atoms.length;) {
    const carried = sum(atoms, from, fresh);
    const to = chunkEnd(atoms, { from, fresh, to: atoms.length }, carried + rest, sizes);
    packed.push({ from, fresh, to });
    if (packed.length % CHUNKS_A_SLICE === 0) yield;
    rest -= sum(atoms, fresh, to);
    from = overlapStart(atoms, from, to, sizes.overlap);
    fresh = to;
  }
  return packed;
}

/** Finds the end of a chunk: distributes the rest evenly and prefers the end of a paragraph. */
function chunkEnd(atoms: readonly Atom[], { from, fresh }: Packed, rest: number, sizes: Sizes) {
  if (rest <= sizes.stretched) return atoms.length;
  const step = sizes.max - sizes.overlap;
  const count = Math.max(2, Math.ceil((rest - sizes.overlap) / step));
  const target = Math.min(sizes.max, Math.ceil((rest - sizes.overlap) / count) + sizes.overlap);
  let tokens = sum(atoms, from, fresh);
  let to = fresh;
  let paragraphEnd = 0;
  for (; to < atoms.length; to++) {
    const atom = atoms[to];
    if (!atom) break;
    if (to > fresh && atom.startsBlock && tokens >= target * PARAGRAPH_SHARE_MIN) paragraphEnd = to;
    if (to > fresh && tokens + atom.tokens > sizes.max) break;
    if (to > fresh && tokens >= target) break;
    tokens += atom.tokens;
  }
  to = paragraphEnd > fresh ? paragraphEnd : to;
  // A heading belongs to the text after it.
  while (to - 1 > fresh && atoms[to - 1]?.kind === "heading") to--;
  return to;
}

/** Finds the first atom that the next chunk repeats: whole atoms, within the overlap. */
function overlapStart(atoms: readonly Atom[], from: number, to: number, overlap: number): number {
  let tokens = 0;
  let start = to;
  while (start - 1 > from) {
    const atom = atoms[start - 1];
    if (!atom || tokens + atom.tokens > overlap) break;
    tokens += atom.tokens;
    start--;
  }
  return start;
}

/**
 * Returns the headings that all text of a chunk has in common. Headings without text count only if there is no text.
 */
function commonHeading(atoms: readonly Atom[], from: number, to: number): string {
  let common: readonly string[] | null = null;
  let seen: readonly string[] | null = null;
  for (let at = from; at < to; at++) {
    const atom = atoms[at];
    if (!atom || atom.kind === "heading" || atom.path === seen) continue;
    seen = atom.path;
    common = common ? commonPrefix(common, seen) : seen;
  }
  return (common ?? atoms[from]?.path ?? []).join(HEADING_SEPARATOR);
}

function commonPrefix(left: readonly string[], right: readonly string[]): readonly string[] {
  const until = left.findIndex((heading, level) => heading !== right[level]);
  return until < 0 ? left : left.slice(0, until);
}

function sum(atoms: readonly Atom[], from = 0, to = atoms.length): number {
  let tokens = 0;
  for (let at = from; at < to; at++) tokens += atoms[at]?.tokens ?? 0;
  return tokens;
}
