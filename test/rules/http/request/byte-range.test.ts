import { describe, it } from "vitest";

import { readRange } from "../../../../src/http/request/byte-range.ts";

const CASES = [
  [undefined, null],
  ["bytes=0-0", { offset: 0, length: 1 }],
  ["bytes=2-4", { offset: 2, length: 3 }],
  ["bytes=2-", { offset: 2, length: 8 }],
  ["bytes=2-99", { offset: 2, length: 8 }],
  ["Bytes=9-9", { offset: 9, length: 1 }],
  ["bytes=-3", { offset: 7, length: 3 }],
  ["bytes=-99", { offset: 0, length: 10 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-12", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=99999999999999999999-", "unsatisfiable"],
  // Text that the standard ignores.
  ["bytes=4-2", null],
  ["bytes=-", null],
  ["bytes=0-1,4-5", null],
  ["items=0-1", null],
  ["bytes=a-b", null],
  ["0-1", null],
] as const;

describe("the header Range of a file with ten bytes", () => {
  it.for(CASES)("%j names %j", ([header, range], { expect }) => {
    expect(readRange(header, 10)).toEqual(range);
  });
});
