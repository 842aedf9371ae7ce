import type { Dice } from "../http-fuzz/dice.ts";
import type { FileMutation } from "./mutation.ts";

/** Replaces `dropped` bytes from `at` on by others. */
export const splice = (bytes: Buffer, at: number, inserted: Uint8Array, dropped = 0): Buffer =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + dropped)]);

/** Returns a random range that is not empty, of at most `lengthMax` bytes. */
function pickRange(bytes: Buffer, dice: Dice, lengthMax = bytes.length): [number, number] {
  const start = dice.below(bytes.length);
  return [start, start + 1 + dice.below(Math.min(lengthMax, bytes.length - start))];
}

const randomBytes = (dice: Dice, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => dice.below(256)));

/** Numbers at the bounds of what parsers store them in, and beyond. */
const NUMBERS = [
  ..."0 -1 1 255 256 65535 65536 2147483647 2147483648 4294967295 -2147483648".split(" "),
  ..."99999999999 9007199254740993 1e308 1e400 0.0000001 NaN 000000000000".split(" "),
];

/** Damage to the bytes of any file. */
export const BYTE_DAMAGE: readonly FileMutation[] = [
  {
    name: "bits flipped",
    apply: (bytes, dice) => {
      const flipped = Buffer.from(bytes);
      for (let flips = 1 + dice.below(16); flips > 0; flips--) {
        const at = dice.below(flipped.length);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.below(8));
      }
      return flipped;
    },
  },
  { name: "cut off", apply: (bytes, dice) => bytes.subarray(0, 1 + dice.below(bytes.length)) },
  { name: "cut at the start", apply: (bytes, dice) => bytes.subarray(dice.below(bytes.length)) },
  {
    name: "a part missing",
    apply: (bytes, dice) => {
      const [start, end] = pickRange(bytes, dice);
      return splice(bytes, start, Buffer.alloc(0), end - start);
    },
  },
  {
    name: "a part again and again",
    apply: (bytes, dice) => {
      const [start, end] = pickRange(bytes, dice, 400);
      const part = bytes.subarray(start, end);
      return splice(
        bytes,
        start,
        Buffer.concat(Array.from({ length: dice.below(60) }, () => part)),
      );
    },
  },
  {
    name: "parts swapped",
    apply: (bytes, dice) => {
      const cuts = Array.from({ length: 4 }, () => dice.below(bytes.length));
      const [a = 0, b = 0, c = 0, d = 0] = cuts.toSorted((left, right) => left - right);
      const part = (from: number, to?: number) => bytes.subarray(from, to);
      return Buffer.concat([part(0, a), part(c, d), part(b, c), part(a, b), part(d)]);
    },
  },
  {
    name: "random bytes inserted",
    apply: (bytes, dice) =>
      splice(bytes, dice.below(bytes.length + 1), randomBytes(dice, 1 + dice.below(64))),
  },
  {
    name: "a part overwritten",
    apply: (bytes, dice) => {
      const [start, end] = pickRange(bytes, dice, 200);
      const value = dice.pick([0, 0x20, 0xff, dice.below(256)]);
      return splice(bytes, start, Buffer.alloc(end - start, value), end - start);
    },
  },
  {
    name: "a part of another file",
    apply: (bytes, dice, others) => {
      const other = Buffer.from(dice.pick(others));
      const [start, end] = pickRange(other, dice);
      const part = other.subarray(start, end);
      return splice(bytes, dice.below(bytes.length + 1), part, dice.below(2) * part.length);
    },
  },
  {
    name: "a number changed",
    apply: (bytes, dice) => {
      const text = bytes.toString("latin1");
      const numbers = [...text.matchAll(/\d{1,10}/g)];
      if (numbers.length === 0) return null;
      const { index, 0: old } = dice.pick(numbers);
      return splice(bytes, index, Buffer.from(dice.pick(NUMBERS)), old.length);
    },
  },
];

/** Signs that open, close or separate something in a text format. */
const SIGNS = [
  ..."< > </ /> <!-- --> <![CDATA[ ]]> & &# &#x110000; \" ' { } [ ] ( ) , ; : | \\ \\u \\ud800 ``` ---".split(
    " ",
  ),
  ..."\n \r\n \u0000 \ufeff \t =".split(" "),
  "<table><tr><td>",
  "</table>",
  "<![CDATA[",
  '<?xml version="1.0" encoding="utf-16"?>',
  "<!DOCTYPE html>",
  "|---|---|",
];

/** Damage to a file that is text. */
export const TEXT_DAMAGE: readonly FileMutation[] = [
  {
    name: "signs inserted",
    apply: (bytes, dice) => {
      let changed = bytes;
      for (let signs = 1 + dice.below(8); signs > 0; signs--) {
        const sign = Buffer.from(dice.pick(SIGNS).repeat(1 + dice.below(3)));
        changed = splice(changed, dice.below(changed.length + 1), sign);
      }
      return changed;
    },
  },
  {
    name: "nested deeply",
    apply: (bytes, dice) => {
      const [open = "", close = ""] = dice.pick([
        ["[", "]"],
        ['{"a":', "}"],
        ["<div>", "</div>"],
        ["<table><tr><td>", "</td></tr></table>"],
        ["<ul><li>", ""],
        ["> ", ""],
        ["<a>", "</a>"],
      ]);
      const depth = 1 + dice.below(20_000);
      return Buffer.concat([
        Buffer.from(open.repeat(depth)),
        bytes,
        Buffer.from(close.repeat(depth)),
      ]);
    },
  },
  {
    name: "lines in another order",
    apply: (bytes, dice) => {
      const lines = bytes.toString("latin1").split("\n");
      if (lines.length < 3) return null;
      const shuffled = lines.map((line) => [dice.below(1_000_000), line] as const);
      const sorted = shuffled.toSorted(([left], [right]) => left - right).map(([, line]) => line);
      return Buffer.from(sorted.join("\n"), "latin1");
    },
  },
  {
    name: "another encoding",
    apply: (bytes, dice) => {
      const text = bytes.toString("utf8");
      return dice.pick([
        Buffer.from(text, "utf16le"),
        Buffer.from(`\ufeff${text}`, "utf16le"),
        Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
        Buffer.from(text, "latin1"),
        Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), bytes]),
      ]);
    },
  },
  {
    name: "a long line",
    apply: (bytes, dice) => {
      const [start, end] = pickRange(bytes, dice, 100);
      const part = bytes.toString("latin1", start, end).replaceAll("\n", " ");
      return splice(
        bytes,
        start,
        Buffer.from(part.repeat(1 + dice.below(100_000 / part.length)), "latin1"),
      );
    },
  },
];
