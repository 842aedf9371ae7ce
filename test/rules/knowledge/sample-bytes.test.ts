import { describe, it } from "vitest";

import { sampleBytes } from "../../../src/knowledge/sample-bytes.ts";

describe("the counted bytes of an upload", () => {
  it("are its size, unless it is small", ({ expect }) => {
    for (const random of [0, 0.5, 0.999_999]) {
      expect(sampleBytes(65_536, random)).toBe(65_536);
      expect(sampleBytes(5_000_000, random)).toBe(5_000_000);
    }
  });

  it("are the size of a small file on average, and are seldom written", ({ expect }) => {
    for (const bytes of [1, 100, 2_000, 60_000]) {
      const draws = 65_536;
      let [sum, writes] = [0, 0];
      for (let draw = 0; draw < draws; draw++) {
        const counted = sampleBytes(bytes, draw / draws);
        sum += counted;
        if (counted > 0) writes++;
      }
      expect(sum / draws).toBe(bytes);
      expect(writes / draws).toBe(bytes / 65_536);
    }
  });

  it("are none for an empty file", ({ expect }) => {
    expect(sampleBytes(0, 0)).toBe(0);
  });
});
