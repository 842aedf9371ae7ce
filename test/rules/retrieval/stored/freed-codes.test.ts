import { expect, it } from "vitest";

import { ShardCodes } from "../../../../durable-objects/search-shard/shard-codes.ts";
import {
  CODES_A_BLOCK,
  CodeTables,
} from "../../../../durable-objects/search-shard/tables/code-tables.ts";
import { readKernel } from "../../../../scripts/kernel/read-kernel.ts";
import { CODED_FROM } from "../../../../src/retrieval/dense/dense-scan.ts";
import { ShardStorage } from "./shard-storage.ts";

const DIMENSIONS = 64;
const CHUNKS = CODED_FROM + 500;
const ROWS = Int8Array.from({ length: CHUNKS * DIMENSIONS }, (_, at) => (at * 7_919) % 127);
const sliceRows = (from: number, until: number) =>
  ROWS.slice(from * DIMENSIONS, until * DIMENSIONS);

it("frees stored codes and new ones as soon as the next part is read", () => {
  const codes = new ShardCodes(new CodeTables(new ShardStorage().sql), {
    kernel: readKernel(),
    dimensions: DIMENSIONS,
    readRows: ({ first, count }) => sliceRows(first, first + count),
    readSample: () => sliceRows(0, CODED_FROM),
  });
  while (codes.isDue(CHUNKS)) codes.storeNext(codes.storedUntil, CHUNKS);
  expect(codes.storedUntil).toBe(4 * CODES_A_BLOCK);

  const first = 100;
  const bits: number[] = [];
  const parts: Uint8Array[] = [];
  for (const part of codes.read({ first, count: CHUNKS - first })) {
    expect(parts.map(({ length }) => length)).toEqual(parts.map(() => 0));
    bits.push(...part.bits);
    parts.push(part.bits);
  }

  expect(parts.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0]);
  expect(bits).toEqual([...codes.encode(sliceRows(first, CHUNKS)).bits]);
});
