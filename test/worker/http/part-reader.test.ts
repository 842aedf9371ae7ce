import { describe, it } from "vitest";

import { openPartReader } from "../../../src/http/request/part-reader.ts";

async function readAll(body: ReadableStream<Uint8Array>) {
  const reader = openPartReader(body);
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}

const BYTES = new Uint8Array(300_000).map((_none, index) => index % 251);

const join = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((one) => [...one]));

/** A stream of the platform into which each of these parts is written once the part before it was read. */
function sending(parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const write = async () => {
    for (const part of parts) await writer.write(part);
    await writer.close();
  };
  void write();
  return readable;
}

describe("the parts of a body", () => {
  it("are few and whole when it is long", async ({ expect }) => {
    const { body } = new Response(BYTES);
    const parts = body ? await readAll(body) : [];

    // 4, 16, and then 64 KiB; the stream's own reader gives 74 parts of 4 KiB.
    expect(parts.length).toBeLessThan(10);
    expect(join(parts)).toEqual(BYTES);
  });

  it("are what has arrived, and keep nothing else in memory", async ({ expect }) => {
    const sent = [BYTES.subarray(0, 20_480), ...Array.from("slow", (one) => one.charCodeAt(0))];
    const parts = await readAll(
      sending(sent.map((part) => (typeof part === "number" ? Uint8Array.of(part) : part))),
    );

    expect(join(parts.slice(0, -4))).toEqual(sent[0]);
    expect(parts.slice(-4).map((part) => [...part])).toEqual(sent.slice(1).map((one) => [one]));
    expect(parts.slice(-4).map(({ buffer }) => buffer.byteLength)).toEqual([1, 1, 1, 1]);
  });

  it("are a stream's own when it was made in JavaScript", async ({ expect }) => {
    const own = [Uint8Array.of(1, 2), Uint8Array.of(3)];

    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const part of own) controller.enqueue(part);
        controller.close();
      },
    });

    expect(await readAll(body)).toEqual(own);
  });
});
