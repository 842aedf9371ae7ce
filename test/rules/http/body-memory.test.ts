import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, it } from "vitest";

import { readMultipart } from "../../../src/http/knowledge/multipart.ts";
import { BodyReader } from "../../../src/http/request/body-reader.ts";

const CHUNKS = 400;
const CHUNK_BYTES = 64 * 1024;
const encode = (text: string) => new TextEncoder().encode(text);

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/**
 * Makes a body of `head` and `CHUNKS` chunks, which stays open until `end` is called, and references to the chunks that
 * do not keep them in memory.
 */
function createBody(head: Uint8Array) {
  const chunks: WeakRef<Uint8Array>[] = [];
  let end: (() => void) | null = null;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        controller.enqueue(head);
        end = () => controller.close();
      },
      pull: (controller) => {
        if (chunks.length === CHUNKS) return;
        const chunk = new Uint8Array(CHUNK_BYTES).fill(120);
        chunks.push(new WeakRef(chunk));
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 1 },
  );
  return { body, chunks, end: () => end?.() };
}

/** Counts the chunks that are still in memory. */
async function countAlive(chunks: readonly WeakRef<Uint8Array>[]): Promise<number> {
  // A reference that was just made holds its chunk until the end of the current task.
  await wait(10);
  collectGarbage();
  await wait(10);
  collectGarbage();
  return chunks.filter((chunk) => chunk.deref()).length;
}

describe("the chunks of a body that is still read", () => {
  it("leave the memory once they were read", async ({ expect }) => {
    const { body, chunks } = createBody(encode("head"));
    const reader = new BodyReader(body, 60_000);
    let count = 0;
    let alive = CHUNKS;
    for await (const chunk of reader.chunks()) {
      void chunk;
      count++;
      if (count <= CHUNKS) continue;
      alive = await countAlive(chunks);
      break;
    }

    expect(chunks).toHaveLength(CHUNKS);
    expect(alive).toBeLessThan(CHUNKS / 20);
  });

  it("leave the memory of an upload once its file was consumed", async ({ expect }) => {
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
    const { body, chunks, end } = createBody(encode(head));
    // Node requires `duplex`, which the types of Workers do not know.
    const init = {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body,
      duplex: "half",
    };
    const request = new Request("https://edgewise.test/", init);
    let alive = CHUNKS;
    const bounds = { fileBytes: CHUNKS * CHUNK_BYTES, bodyMs: 60_000 };
    const read = readMultipart(request, bounds, async (part) => {
      let bytes = 0;
      for await (const chunk of part.chunks) {
        bytes += chunk.byteLength;
        if (bytes > (CHUNKS - 2) * CHUNK_BYTES) break;
      }
      alive = await countAlive(chunks);
      end();
      throw new Error("The upload is not stored");
    });

    await expect(read).rejects.toThrow("The upload is not stored");
    expect(chunks).toHaveLength(CHUNKS);
    expect(alive).toBeLessThan(CHUNKS / 20);
  });
});
