import { inflateEntry, readZipDirectory } from "../../src/ingest/zip/unzip.ts";
import { zip, type ZipPart } from "../../test/rules/ingest/documents.ts";
import type { Dice } from "../http-fuzz/dice.ts";
import { BYTE_DAMAGE, TEXT_DAMAGE } from "./damage-bytes.ts";
import type { FileMutation } from "./mutation.ts";

const PART_BYTES_MAX = 16 * 1024 * 1024;

async function unzip(bytes: Buffer): Promise<ZipPart[]> {
  const parts: ZipPart[] = [];
  for (const entry of readZipDirectory(bytes) ?? []) {
    const data = await inflateEntry(bytes, entry, PART_BYTES_MAX);
    if (data) parts.push({ name: entry.name, data });
  }
  return parts;
}

/** Makes damage to the parts of a zip file, which is packed again after it. */
const onParts =
  (
    change: (
      parts: readonly ZipPart[],
      dice: Dice,
      others: readonly Uint8Array[],
    ) => readonly ZipPart[] | null | Promise<readonly ZipPart[] | null>,
  ): FileMutation["apply"] =>
  async (bytes, dice, others) => {
    const parts = await unzip(bytes);
    const changed = parts.length === 0 ? null : await change(parts, dice, others);
    return changed && Buffer.from(zip(changed));
  };

const damagePart = (damage: readonly FileMutation[]) =>
  onParts(async (parts, dice, others) => {
    const at = dice.below(parts.length);
    const part = parts[at];
    if (!part || part.data.length === 0) return null;
    const damaged = await dice.pick(damage).apply(Buffer.from(part.data), dice, others);
    return damaged && parts.with(at, { ...part, data: damaged });
  });

/** Damage to the parts inside a zip file, whose checks would else refuse most damaged files. */
export const ZIP_DAMAGE: readonly FileMutation[] = [
  { name: "a part inside damaged", apply: damagePart(BYTE_DAMAGE) },
  { name: "the XML inside damaged", apply: damagePart(TEXT_DAMAGE) },
  {
    name: "an element inside doubled or moved",
    apply: onParts((parts, dice) => {
      const at = dice.below(parts.length);
      const part = parts[at];
      if (!part) return null;
      const xml = Buffer.from(part.data).toString();
      const tags = [...xml.matchAll(/<[^>]*>/g)];
      if (tags.length < 4) return null;
      const [from, to, where] = [dice.pick(tags), dice.pick(tags), dice.pick(tags)];
      const piece = xml.slice(
        Math.min(from.index, to.index),
        Math.max(from.index, to.index) + to[0].length,
      );
      const times = dice.pick([1, 2, 50]);
      const data = xml.slice(0, where.index) + piece.repeat(times) + xml.slice(where.index);
      return parts.with(at, { ...part, data });
    }),
  },
  {
    name: "parts inside swapped",
    apply: onParts((parts, dice) => {
      const [one, other] = [dice.below(parts.length), dice.below(parts.length)];
      const [left, right] = [parts[one], parts[other]];
      if (!left || !right || one === other) return null;
      return parts
        .with(one, { ...left, data: right.data })
        .with(other, { ...right, data: left.data });
    }),
  },
  {
    name: "a part inside missing",
    apply: onParts((parts, dice) => parts.toSpliced(dice.below(parts.length), 1)),
  },
  {
    name: "a part of another file inside",
    apply: onParts(async (parts, dice, others) => {
      const [own, other] = [dice.pick(parts), await unzip(Buffer.from(dice.pick(others)))];
      return other.length === 0 ? null : [...parts, { ...dice.pick(other), name: own.name }];
    }),
  },
  {
    name: "a false size or flag inside",
    apply: onParts((parts, dice) => {
      const at = dice.below(parts.length);
      const part = parts[at];
      const sizeDeclared = dice.pick([0, 1, 0x7fffffff, 0xffffffff]);
      return part ? parts.with(at, { ...part, sizeDeclared, flags: dice.below(16) }) : null;
    }),
  },
];
