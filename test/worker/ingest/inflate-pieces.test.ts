import { deflateRawSync, deflateSync } from "node:zlib";

import { describe, it } from "vitest";

import { inflatePieces } from "../../../src/ingest/zip/inflate-pieces.ts";

const MB = 1024 * 1024;
const SPACES = new Uint8Array(64 * MB).fill(32);

/** Decompresses data until more than `bytesMax` were passed on. */
async function inflate(data: Uint8Array, format: "deflate" | "deflate-raw", bytesMax: number) {
  let [bytes, after, longest] = [0, 0, 0];
  const end = await inflatePieces(data, format, (piece) => {
    if (bytes > bytesMax) after++;
    bytes += piece.length;
    longest = Math.max(longest, piece.length);
    return bytes <= bytesMax;
  });
  return { end, bytes, after, longest };
}

describe("a zip bomb, in workerd", () => {
  it.for([
    ["deflate", deflateSync(SPACES)],
    ["deflate-raw", deflateRawSync(SPACES)],
  ] as const)(
    "is not unpacked behind the piece that is too much: %s",
    async ([format, data], { expect }) => {
      const stopped = await inflate(data, format, MB);
      expect(stopped).toMatchObject({ end: "stopped", after: 0 });
      expect(stopped.bytes).toBeLessThan(2 * MB);
      expect(stopped.longest).toBeLessThanOrEqual(64 * 1024);
    },
  );

  it("is unpacked in pieces if all of it is wanted", async ({ expect }) => {
    const whole = await inflate(deflateSync(SPACES), "deflate", 65 * MB);
    expect(whole).toMatchObject({ end: "complete", bytes: 64 * MB, after: 0 });
  });
});
