import { type ByteSlice, ByteWriter, wholeOf } from "./bytes.ts";
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

type Field = keyof typeof FIELD;
type Frequencies = { slot: number; heading: number; body: number };

/**
 * Makes the term blocks of a segment from the terms of its chunks, which are in the order of their slots. This is the
 * expensive part of indexing. Consumers of the ingest queue do it instead of the shard, because many of them run in
 * parallel.
 */
export function makeBlocks(chunks: readonly ChunkTerms[]): TermBlock[] {
  const lists = { text: new Map<string, Frequencies[]>(), name: new Map<string, Frequencies[]>() };
  const lengths = chunks.map(({ heading, body }) => heading.length + body.length);
  for (const [slot, { heading, body, name }] of chunks.entries()) {
    for (const term of heading) findPosting(lists.text, term, slot).heading++;
    for (const term of body) findPosting(lists.text, term, slot).body++;
    for (const term of name) findPosting(lists.name, term, slot).body++;
  }
  const writer = new BlockWriter();
  const rest = new ByteWriter();
  const blocks: TermBlock[] = [];
  const fields: readonly Field[] = ["text", "name"];
  for (const field of fields) {
    for (const term of [...lists[field].keys()].toSorted(compareUtf8)) {
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

/** Compares two well-formed texts by their code points, which is the order of their UTF-8 bytes. */
function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rankUnit(left) - rankUnit(right);
  }
  return a.length - b.length;
}

/**
 * Returns the rank of a code unit. Surrogates stand for code points above all other code units, so they rank higher.
 */
const rankUnit = (unit: number): number =>
  unit >= 0xd800 && unit < 0xe000 ? unit + 0x10_000 : unit;
