import { describe, expect, it } from "vitest";

import { isEndMark, markEnd } from "../../../src/platform/models/end-mark.ts";

/** Sends a stream in pieces of one size and reads its events. */
async function readMarked(text: string, size: number, isLeftOpen = false) {
  const bytes = new TextEncoder().encode(text);
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.byteLength; at += size) {
        controller.enqueue(bytes.slice(at, at + size));
      }
      if (!isLeftOpen) controller.close();
    },
  });
  const read = await new Response(source.pipeThrough(markEnd())).text();
  const events = read.split(/\n+/).filter((event) => event.startsWith("data: {"));
  return { read, isMarked: events.some((event) => isEndMark(JSON.parse(event.slice(6)))) };
}

const CHUNK = 'data: {"choices":[{"delta":{"content":"data: [DONE]"}}]}\n\n';

describe("the mark of a stream's end", () => {
  it.each([1, 3, 7, 1_000])("follows [DONE], in pieces of %i", async (size) => {
    for (const end of ["data: [DONE]\n\n", "data: [DONE]", "data:[DONE]\r\n\r\n"]) {
      const { read, isMarked } = await readMarked(CHUNK + end, size);
      expect(isMarked).toBe(true);
      expect(read.startsWith(CHUNK + "data:")).toBe(true);
    }
  });

  it.each([1, 1_000])("is missing where the stream was cut, in pieces of %i", async (size) => {
    for (const text of [CHUNK, CHUNK + "data: [DON", CHUNK + ": [DONE]\n\n", 'data: ["[DONE]']) {
      expect((await readMarked(text, size)).isMarked).toBe(false);
    }
  });

  it("ends a stream that the server leaves open", async () => {
    expect((await readMarked(`${CHUNK}data: [DONE]\n\n`, 1_000, true)).isMarked).toBe(true);
  });
});
