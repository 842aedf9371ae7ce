import type { SlicedItems } from "../slices.ts";
import type { Span } from "../text/sentences.ts";
import type { Atom } from "./cut-atoms.ts";

/** Sizes of chunks, in estimated tokens. */
export type ChunkSizes = {
  /** Maximum size of a chunk, except a last one that would leave a short tail, which has at most `stretched`. */
  readonly max: number;
  readonly stretched: number;
  /** A section with fewer is packed together with its neighbor. */
  readonly min: number;
  /** Maximum size of what a chunk repeats of the chunk before it. */
  readonly overlap: number;
  /** Maximum size of an atom. */
  readonly atom: number;
};

/** A chunk of a text: its range, and the headings that all of it is under, outermost first. */
export type PackedChunk = {
  readonly start: number;
  readonly end: number;
  readonly path: readonly string[];
  /**
   * The text before the chunk without which its first row cannot be understood: the caption and the header of its table,
   * and the first cell of a row that was cut.
   */
  readonly lead: readonly Span[];
};

/**
 * Packs the atoms of a text into chunks, section by section: a section has the small ones before it, and a small last
 * one belongs to the section before. Reads atoms only as far as the next chunk needs, so that a large text is never in
 * memory as atoms.
 */
export function* packAtoms(atoms: SlicedItems<Atom>, sizes: ChunkSizes): SlicedItems<PackedChunk> {
  let open = new Section(sizes);
  /** The section before `open`, while `open` may still belong to it. */
  let held: Section | null = null;
  for (const atom of atoms) {
    if (!atom) {
      yield;
      continue;
    }
    if (atom.kind === "heading" && open.tokens >= sizes.min) {
      if (open.tokens < sizes.stretched) held = open;
      else yield* packRest(open);
      open = new Section(sizes);
    }
    open.add(atom);
    if (held && (open.tokens >= sizes.min || held.tokens + open.tokens > sizes.stretched)) {
      yield* packRest(held);
      held = null;
    }
    if (!held) while (open.isLong) yield open.pack();
  }
  if (held) for (const atom of open.atoms) held.add(atom);
  yield* packRest(held ?? open);
}

function* packRest(section: Section): SlicedItems<PackedChunk> {
  for (let chunks = 1; !section.isPacked; chunks++) {
    yield section.pack();
    if (chunks % CHUNKS_A_SLICE === 0) yield;
  }
}

/** Chunks that are packed in about 10 ms. */
const CHUNKS_A_SLICE = 100;
/** A chunk may be cut back to this share of its size to end with a paragraph. */
const PARAGRAPH_SHARE_MIN = 3 / 4;
/**
 * Tokens after which the end of a section no longer matters for its next chunk: evenly distributed, so much text makes
 * chunks of full size.
 */
const TOKENS_AHEAD_MAX = 200_000;

/** Atoms in chunks are dropped when there are this many. */
const ATOMS_DROPPED_AT_ONCE = 10_000;

/** The atoms of a text that are packed together. */
class Section {
  /** Those that are in no chunk yet, with those that the next chunk repeats. */
  atoms: Atom[] = [];
  /** The tokens of all atoms that were added. */
  tokens = 0;
  readonly #sizes: ChunkSizes;
  readonly #ahead: number;
  #from = 0;
  #fresh = 0;
  /** The tokens of the atoms that are in no chunk yet. */
  #rest = 0;

  constructor(sizes: ChunkSizes) {
    const step = sizes.max - sizes.overlap;
    this.#sizes = sizes;
    this.#ahead = Math.max(2 * sizes.max, Math.min(step * step + sizes.overlap, TOKENS_AHEAD_MAX));
  }

  /** True while the end of the section does not matter for the next chunk. */
  get isLong(): boolean {
    return this.#rest > this.#ahead;
  }

  /** True when all atoms are in chunks. */
  get isPacked(): boolean {
    return this.#fresh >= this.atoms.length;
  }

  /** Adds the next atom of the text. */
  add(atom: Atom): void {
    this.atoms.push(atom);
    this.tokens += atom.tokens;
    this.#rest += atom.tokens;
  }

  /** Packs the next chunk. The section must be long or complete. */
  pack(): PackedChunk {
    const { atoms } = this;
    const fresh = this.#fresh;
    const from = this.#startWithRoom(fresh);
    const carried = sum(atoms, from, fresh);
    const rest = this.isLong ? Number.POSITIVE_INFINITY : carried + this.#rest;
    const to = chunkEnd(atoms, fresh, { carried, rest }, this.#sizes);
    const start = atoms[from]?.start ?? 0;
    const end = atoms[to - 1]?.end ?? start;
    const path = commonPath(atoms, fresh, to);
    this.#rest -= sum(atoms, fresh, to);
    this.#from = overlapStart(atoms, from, to, this.#sizes.overlap);
    this.#fresh = to;
    if (this.#from >= ATOMS_DROPPED_AT_ONCE) this.#drop();
    return { start, end, path, lead: findLead(atoms[from]) };
  }

  /** Returns where the next chunk starts: it repeats less of the chunk before it if its first row is large. */
  #startWithRoom(fresh: number): number {
    const next = this.atoms[fresh]?.tokens ?? 0;
    let from = this.#from;
    if (next <= this.#sizes.atom) return from;
    while (from < fresh && sum(this.atoms, from, fresh) + next > this.#sizes.max) from++;
    return from;
  }

  #drop(): void {
    this.atoms = this.atoms.slice(this.#from);
    this.#fresh -= this.#from;
    this.#from = 0;
  }
}

function findLead(first: Atom | undefined): readonly Span[] {
  const { caption = null, header = null } = first?.table ?? {};
  const context = [caption, header].filter((span) => span !== null);
  const before = context.filter(({ start }) => start < (first?.start ?? 0));
  return first?.rowKey ? [...before, first.rowKey] : before;
}

/**
 * Finds the end of a chunk and prefers the end of a paragraph. The chunk repeats `carried` tokens of the one before it;
 * from its start on, the section has `rest`.
 */
function chunkEnd(
  atoms: readonly Atom[],
  fresh: number,
  { carried, rest }: { readonly carried: number; readonly rest: number },
  sizes: ChunkSizes,
): number {
  if (rest <= sizes.stretched) return atoms.length;
  const target = targetSize(rest, sizes);
  let tokens = carried;
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

/** Distributes the rest of a section evenly. */
function targetSize(rest: number, { max, overlap }: ChunkSizes): number {
  if (rest === Number.POSITIVE_INFINITY) return max;
  const count = Math.max(2, Math.ceil((rest - overlap) / (max - overlap)));
  return Math.min(max, Math.ceil((rest - overlap) / count) + overlap);
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
function commonPath(atoms: readonly Atom[], from: number, to: number): readonly string[] {
  let common: readonly string[] | null = null;
  let seen: readonly string[] | null = null;
  for (let at = from; at < to; at++) {
    const atom = atoms[at];
    if (!atom || atom.kind === "heading" || atom.path === seen) continue;
    seen = atom.path;
    common = common ? commonPrefix(common, seen) : seen;
  }
  return common ?? atoms[from]?.path ?? [];
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
