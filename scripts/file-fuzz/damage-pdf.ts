import { deflateSync, inflateSync } from "node:zlib";

import type { Dice } from "../http-fuzz/dice.ts";
import { BYTE_DAMAGE, splice } from "./damage-bytes.ts";
import type { FileMutation } from "./mutation.ts";

type Found = { readonly start: number; readonly end: number; readonly data: Buffer };

/** Finds the streams of a PDF file, inflated where they are compressed. */
function findStreams(bytes: Buffer): Found[] {
  const text = bytes.toString("latin1");
  return [...text.matchAll(/stream\r?\n([^]*?)\r?\nendstream/g)].flatMap(({ index, 0: whole }) => {
    const start = index + whole.indexOf("\n") + 1;
    const end = index + whole.lastIndexOf("\n");
    if (start >= end) return [];
    const raw = bytes.subarray(start, end);
    try {
      return [{ start, end, data: inflateSync(raw) }];
    } catch {
      return [{ start, end, data: raw }];
    }
  });
}

/** Operators of pages, and words of the syntax. */
const WORDS = [
  ..."BT ET Tj TJ Tf Tm Td T* q Q cm Do BI ID EI obj endobj R << >> [ ] ( ) null true".split(" "),
  ..."stream endstream xref trailer startxref /Length /Filter /FlateDecode /Kids /Parent".split(
    " ",
  ),
];

async function damageStream(bytes: Buffer, dice: Dice): Promise<Buffer | null> {
  const streams = findStreams(bytes).filter(({ data }) => data.length > 0);
  if (streams.length === 0) return null;
  const { start, end, data } = dice.pick(streams);
  const damaged = await dice.pick(BYTE_DAMAGE).apply(data, dice, [data]);
  return damaged && splice(bytes, start, deflateSync(damaged), end - start);
}

/** Damage to the parts of a PDF file: the content of its streams, references between its objects, its words. */
export const PDF_DAMAGE: readonly FileMutation[] = [
  { name: "a stream inside damaged", apply: damageStream },
  {
    name: "a reference to another object",
    apply: (bytes, dice) => {
      const references = [...bytes.toString("latin1").matchAll(/\b\d+ 0 R\b/g)];
      if (references.length === 0) return null;
      const { index, 0: old } = dice.pick(references);
      return splice(bytes, index, Buffer.from(`${dice.below(12)} 0 R`), old.length);
    },
  },
  {
    name: "an object doubled or moved",
    apply: (bytes, dice) => {
      const objects = [...bytes.toString("latin1").matchAll(/\d+ 0 obj[^]*?endobj\n/g)];
      if (objects.length === 0) return null;
      const [from, to] = [dice.pick(objects), dice.pick(objects)];
      const piece = bytes.subarray(from.index, from.index + from[0].length);
      return splice(bytes, to.index, piece, dice.below(2) * to[0].length);
    },
  },
  {
    name: "words inserted",
    apply: (bytes, dice) => {
      let changed = bytes;
      for (let words = 1 + dice.below(6); words > 0; words--) {
        changed = splice(changed, dice.below(changed.length), Buffer.from(` ${dice.pick(WORDS)} `));
      }
      return changed;
    },
  },
];
