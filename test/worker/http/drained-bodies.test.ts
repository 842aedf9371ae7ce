import { gzipSync } from "node:zlib";

import { describe, it } from "vitest";

import { createProject, fetchWorker } from "../project.ts";

const CHUNK = new Uint8Array(64 * 1024).fill(120);
const CHUNKS = 200;

/** A body of 12.5 MB that begins with `head`, and the number of its bytes that were read. */
function countedBody(head: Uint8Array) {
  const counted = { read: 0, size: head.byteLength + CHUNKS * CHUNK.byteLength };
  const parts = [head, ...Array.from({ length: CHUNKS }, () => CHUNK)].values();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = parts.next();
        if (next.done) return controller.close();
        counted.read += next.value.byteLength;
        controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, counted };
}

const NOTHING = new Uint8Array();
const JSON_TYPE = { "content-type": "application/json" };

describe("a refused request with a large body", () => {
  it("is answered after its body was read, since clients send it whole first", async ({
    expect,
  }) => {
    const { key } = await createProject();
    const own = { authorization: `Bearer ${key}`, ...JSON_TYPE };
    const broken = gzipSync('{"name":"a"}');
    for (const [status, path, headers, head] of [
      [401, "/v1/vector_stores", { ...JSON_TYPE, authorization: "Bearer nobody" }, NOTHING],
      [404, "/v1/nothing", own, NOTHING],
      [405, "/v1/models", own, NOTHING],
      [415, "/v1/vector_stores", { ...own, "content-type": "text/plain" }, NOTHING],
      [413, "/v1/vector_stores", own, NOTHING],
      [400, "/v1/vector_stores", { ...own, "content-encoding": "gzip" }, broken],
    ] as const) {
      const { body, counted } = countedBody(head);
      const response = await fetchWorker(`http://edgewise.test${path}`, {
        method: "POST",
        headers,
        body,
      });
      await response.body?.cancel();
      expect({ path, status: response.status, read: counted.read }).toEqual({
        path,
        status,
        read: counted.size,
      });
    }
  });
});
