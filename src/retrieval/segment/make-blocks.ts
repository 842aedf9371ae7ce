import { type ByteSlice, ByteWriter, wholeOf } from "./bytes.ts";
import { type Paused, withoutPauses } from "./paused.ts";
import { sortTerms } from "./sort-terms.ts";
import {
  BlockWriter,
  encodeKey,
  FIELD,
  type Posting,
  type TermBlock,
  writePosting,
} from "./term-block.ts";

/** The index terms of one chunk by their origin. A term is repeated for each occurrence. */
export type ChunkTerms = {
  readonly heading: readonly string[];
  readonly body: readonly string[];
  /** The index terms of the file's name, which are stored and not scored. */
  readonly name: readonly string[];
};

/** Terms that are gathered in about 5 ms. */
const TERMS_A_SLICE = 15_000;
/** Posting lists that are written in about 5 ms. */
const LISTS_A_SLICE = 5_000;

type Field = keyof typeof FIELD;
type Frequencies = { slot: number; heading: number; body: number };

/**
 * Makes the term blocks of a segment from the terms of its chunks, which are in the order of their slots. This is the
 * expensive part of indexing. Consumers of the ingest queue do it instead of the shard, because many of them run in
 * parallel.
 */
export const makeBlocks = (chunks: readonly ChunkTerms[]): TermBlock[] =>
  withoutPauses(makeBlocksInSlices(chunks));

/** Makes term blocks like `makeBlocks`, in slices of about 5 ms, between which other requests can run. */
export function* makeBlocksInSlices(chunks: readonly ChunkTerms[]): Paused<TermBlock[]> {
  const lists = { text: new Map<string, Frequencies[]>(), name: new Map<string, Frequencies[]>() };
  const lengths = chunks.map(({ heading, body }) => heading.length + body.length);
  let work = 0;
  for (const [slot, { heading, body, name }] of chunks.entries()) {
    if (work > TERMS_A_SLICE) {
      work = 0;
      yield;
    }
    work += heading.length + body.length + name.length;
    for (const term of heading) findPosting(lists.text, term, slot).heading++;
    for (const term of body) findPosting(lists.text, term, slot).body++;
    for (const term of name) findPosting(lists.name, term, slot).body++;
  }
  const writer = new BlockWriter();
  const rest = new ByteWriter();
  const blocks: TermBlock[] = [];
  let listed = 0;
  const fields: readonly Field[] = ["text", "name"];
  for (const field of fields) {
    for (const term of yield* sortTerms(lists[field].keys())) {
      if (++listed % LISTS_A_SLICE === 0) yield;
      const full = addList(writer, rest, wholeOf(encodeKey(FIELD[field], term)), {
        postings: lists[field].get(term) ?? [],
        lengths,
      });
      if (full) blocks.push(full);
    }
  }
  const last = writer.finish();
  return last ? [...blocks, last] : blocks;
}

function addList(
  writer: BlockWriter,
  rest: ByteWriter,
  key: ByteSlice,
  { postings, lengths }: { postings: readonly Posting[]; lengths: readonly number[] },
): TermBlock | null {
  const [first, ...others] = postings;
  if (!first) return null;
  rest.length = 0;
  let lastSlot = first.slot;
  let largestFrequency = first.heading + first.body;
  let smallestLength = lengths[first.slot] ?? 0;
  for (const posting of others) {
    writePosting(rest, lastSlot, posting);
    lastSlot = posting.slot;
    largestFrequency = Math.max(largestFrequency, posting.heading + posting.body);
    smallestLength = Math.min(smallestLength, lengths[posting.slot] ?? 0);
  }
  const documentCount = postings.length;
  return writer.add(
    key,
    { documentCount, largestFrequency, smallestLength, first, lastSlot },
    rest.slice,
  );
}

/** Returns the posting of a term in the chunk `slot`; adds it if there is none. Slots must be ascending. */
function findPosting(lists: Map<string, Frequencies[]>, term: string, slot: number): Frequencies {
  // A term that was cut inside a surrogate pair ends with half of it, which UTF-8 cannot express.
  const whole = term.isWellFormed() ? term : term.toWellFormed();
  const list = lists.get(whole);
  const last = list?.at(-1);
  if (last?.slot === slot) return last;
  const added = { slot, heading: 0, body: 0 };
  if (list) list.push(added);
  else lists.set(whole, [added]);
  return added;
}
