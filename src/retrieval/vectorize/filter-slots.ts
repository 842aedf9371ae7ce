import type { Attributes } from "../../knowledge/attributes.ts";
import type { IndexMetadata } from "./vector-index.ts";

/**
 * Number of attributes of a store by which its vectors in an index can be filtered. An index has ten indexed properties
 * for all of its stores; one is `PART_PROPERTY`, and one is left for an index that was made with a property of its own.
 */
export const SLOT_COUNT = 8;
/** The property with the number of a vector's partition, 0 to `PARTITIONS` − 1. */
export const PART_PROPERTY = "part";
/** Partitions of a namespace: each can be asked for its own nearest vectors. */
export const PARTITIONS = 16;
/** Bytes of a text by which an index compares it. */
export const VALUE_BYTES = 64;
/** The value of a slot whose attribute a file does not have. It sorts before all others. */
const MISSING = "-";

/**
 * The properties by which an index has to be told to filter, before vectors are written to it. What a slot stands for
 * differs between stores: the key of the store's list (`chooseFilterKeys`) in the same place.
 */
export const INDEXED_PROPERTIES: readonly { readonly property: string; readonly type: string }[] = [
  { property: PART_PROPERTY, type: "number" },
  ...Array.from({ length: SLOT_COUNT }, (_, slot) => ({
    property: slotName(slot),
    type: "string",
  })),
];

/** Returns the property of a slot. */
export function slotName(slot: number): string {
  return `a${slot}`;
}

/** Chooses the keys by which the vectors of a store can be filtered: those that most files have, by `counts`. */
export const chooseFilterKeys = (
  counts: readonly { readonly key: string; readonly count: number }[],
): string[] =>
  counts
    .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
    .slice(0, SLOT_COUNT)
    .map(({ key }) => key);

/** Makes the metadata of the vector of a chunk, by its number in its shard and the attributes of its file. */
export function metadataOf(
  keys: readonly string[],
  number: number,
  attributes: Attributes,
): IndexMetadata {
  const slots = Array.from({ length: SLOT_COUNT }, (_, slot) => {
    const key = keys[slot];
    const value = key !== undefined && Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    return [slotName(slot), value === undefined ? MISSING : encodeValue(value)] as const;
  });
  return { [PART_PROPERTY]: number % PARTITIONS, ...Object.fromEntries(slots) };
}

/**
 * Encodes the value of an attribute as a text of at most 64 bytes. Equal values have equal texts. Numbers keep their
 * order, and so do strings up to their 59th byte. Values of different types are different.
 */
export function encodeValue(value: Attributes[string]): string {
  if (typeof value === "boolean") return value ? "b1" : "b0";
  if (typeof value === "number") return `n${sortable(value)}`;
  return `s${cutBytes(value, VALUE_BYTES - 1)}`;
}

/** Returns the start of a text, at most `bytes` long in UTF-8, without a broken character. */
export function cutBytes(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read).toWellFormed();
}

/** Writes a number with 16 digits that sort as numbers do. */
function sortable(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  // Minus zero equals zero.
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  const ordered = (bits & sign) === 0n ? bits | sign : BigInt.asUintN(64, ~bits);
  return ordered.toString(16).padStart(16, "0");
}
