import { UNITS_BYTES_MAX } from "../bounds.ts";
import { HEADING_SEPARATOR } from "./heading-path.ts";
import type { WrittenDate } from "./written-dates.ts";

/**
 * The kinds of units, in the order of their stored numbers: new ones go to the end. `item`: of a list. `row`: of a table.
 * `record`: a line that names its own values, "plan: Team; price: 99". `member`: of a JSON document, "plan.price: 99".
 * `clause`: a numbered paragraph. `term`: a term with its definition. `code`: a line of code.
 */
const UNIT_KINDS = [
  "sentence",
  "item",
  "row",
  "record",
  "member",
  "clause",
  "term",
  "code",
] as const;

/**
 * A part of a text that can be quoted on its own, with what a reader needs beside it. The text from `start` to `end` is
 * the unit; `headings` and `lead` are context and no part of it.
 */
export type Unit = {
  readonly start: number;
  readonly end: number;
  readonly kind: (typeof UNIT_KINDS)[number];
  /** The headings above it, outermost first, at last the question that it answers. */
  readonly headings: readonly string[];
  /** The text that introduces it: the header of a table, the sentence before a list or code, the item above an item. */
  readonly lead: string;
  /** The depth of an item in its list, from 0. */
  readonly depth: number;
  /** Units with the same number belong to one paragraph, list or table. */
  readonly block: number;
};

/**
 * The units of a chunk, as JSON. `d` is the date since which the document is valid, if it says so, `b` is the number of the first block, `h` and `l` are the headings and the leads of the
 * units; `u` has five numbers for each
 * unit: its form, the characters since the end of the unit before it, its length, and the indexes of its headings and
 * its lead. The form is the number of its kind, plus 16 times its depth, plus 128 times the blocks since the unit before
 * it.
 */
export type EncodedUnits = string;

type Stored = {
  readonly d?: WrittenDate;
  readonly b: number;
  readonly h: readonly string[];
  readonly l: readonly string[];
  readonly u: readonly number[];
};

/** A UTF-16 code unit takes at most three bytes. */
const UTF8_BYTES_MAX = 3;
const NUMBERS = 5;
const DEPTH_FACTOR = 16;
const BLOCK_FACTOR = 128;
/** Deeper items have this depth. */
const DEPTH_MAX = 7;

/** The units of a chunk, with the date since which its document is valid; null if the document does not say so. */
export type UnitList = { readonly units: readonly Unit[]; readonly since: WrittenDate | null };

/** Encodes the units of a text that begins at `from`, in their order. Returns null if there are none, or too many. */
export function encodeUnits({ units, since }: UnitList, from: number): EncodedUnits | null {
  if (units.length === 0) return null;
  const headings = new Map<string, number>();
  const leads = new Map<string, number>();
  const numbers: number[] = [];
  let at = from;
  let block = units[0]?.block ?? 0;
  for (const unit of units) {
    const depth = DEPTH_FACTOR * Math.min(unit.depth, DEPTH_MAX);
    const form = UNIT_KINDS.indexOf(unit.kind) + depth + BLOCK_FACTOR * (unit.block - block);
    const heading = unit.headings.join(HEADING_SEPARATOR);
    numbers.push(form, unit.start - at, unit.end - unit.start);
    numbers.push(indexOf(headings, heading), indexOf(leads, unit.lead));
    at = unit.end;
    block = unit.block;
  }
  const dated = since === null ? {} : { d: since };
  const stored: Stored = {
    ...dated,
    b: units[0]?.block ?? 0,
    h: [...headings.keys()],
    l: [...leads.keys()],
    u: numbers,
  };
  const encoded = JSON.stringify(stored);
  return encoded.length * UTF8_BYTES_MAX <= UNITS_BYTES_MAX ? encoded : null;
}

function indexOf(known: Map<string, number>, text: string): number {
  const index = known.get(text) ?? known.size;
  known.set(text, index);
  return index;
}

/** Decodes the units of a chunk. Their positions count from the start of the chunk's text. */
export function decodeUnits(encoded: EncodedUnits): UnitList {
  // Only `encodeUnits` writes it.
  const { d, b, h, l, u }: Stored = JSON.parse(encoded);
  const paths = h.map((heading) => (heading === "" ? [] : heading.split(HEADING_SEPARATOR)));
  const units: Unit[] = [];
  let at = 0;
  let block = b;
  for (let index = 0; index + NUMBERS <= u.length; index += NUMBERS) {
    const [form = 0, gap = 0, length = 0, heading = 0, lead = 0] = u.slice(index, index + NUMBERS);
    const start = at + gap;
    at = start + length;
    block += Math.floor(form / BLOCK_FACTOR);
    units.push({
      start,
      end: at,
      kind: UNIT_KINDS[form % DEPTH_FACTOR] ?? "sentence",
      headings: paths[heading] ?? [],
      lead: l[lead] ?? "",
      depth: Math.floor((form % BLOCK_FACTOR) / DEPTH_FACTOR),
      block,
    });
  }
  return { units, since: d ?? null };
}
