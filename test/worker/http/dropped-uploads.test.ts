import { gzipSync } from "node:zlib";

import { describe, it } from "vitest";

import { readMultipart } from "../../../src/http/knowledge/multipart.ts";
import { withFastTimers } from "../away.ts";
import { createProject } from "../project.ts";

const MB = 1024 * 1024;
const encode = (text: string) => new TextEncoder().encode(text);
const FILE_HEAD = encode(
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n',
);
const BOUNDS = { fileBytes: MB, bodyMs: 60_000 };
const FORM = "multipart/form-data; boundary=x";

/** Reads an upload whose file is dropped as it arrives. */
const readUpload = (body: ReadableStream<Uint8Array>) =>
  readMultipart(
    new Request("https://edgewise.test/", {
      method: "POST",
      headers: { "content-type": FORM },
      body,
    }),
    BOUNDS,
    async ({ chunks }) => {
      for await (const chunk of chunks) void chunk;
    },
  );

async function sendFile(bytes: number) {
  const file = new Blob([FILE_HEAD, new Uint8Array(bytes), "\r\n--x--\r\n"]);
  const read = await readUpload(file.stream());
  return read.ok ? "read" : read.error.code;
}

describe("an upload that is refused before its end", () => {
  it("is one that is larger than the limit, and not one that just reaches it", async ({
    expect,
  }) => {
    expect(await sendFile(MB)).toBe("read");
    expect(await sendFile(MB + 1)).toBe("payload_too_large");
  });

  it("keeps its reason when the client neither ends nor leaves", async ({ expect }) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(FILE_HEAD);
        controller.enqueue(new Uint8Array(MB + 1));
      },
    });
    const { response: read, seconds } = await withFastTimers(() => readUpload(body));

    expect(read).toMatchObject({ ok: false, error: { code: "payload_too_large" } });
    expect(seconds).toBeLessThan(10);
  });

  it("has no more of its rest read than a file may have, since a compressed one may be huge", async ({
    expect,
  }) => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => controller.enqueue(FILE_HEAD),
        pull(controller) {
          controller.enqueue(new Uint8Array(64 * 1_024));
          sent += 64 * 1_024;
        },
      },
      { highWaterMark: 0 },
    );

    expect(await readUpload(body)).toMatchObject({
      ok: false,
      error: { code: "payload_too_large" },
    });
    expect(sent).toBeLessThan(3 * MB);
  });
});

describe("a compressed body", () => {
  const compressed = { "content-encoding": "gzip" };

  it("is refused with 408 when it stops", async ({ expect }) => {
    const project = await createProject();
    for (const [path, type, begin] of [
      ["/vector_stores", "application/json", encode("{")],
      ["/files", FORM, FILE_HEAD],
    ] as const) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(gzipSync(begin).subarray(0, -8)),
      });
      const headers = { ...compressed, "content-type": type };
      const { response, seconds } = await withFastTimers(() =>
        project.fetch(path, { method: "POST", headers, body }),
      );
      expect({ path, status: response.status }).toEqual({ path, status: 408 });
      expect(seconds).toBeLessThan(30);
    }
  });

  it("of an upload is refused with the reason when it is broken", async ({ expect }) => {
    const project = await createProject();
    const headers = { ...compressed, "content-type": FORM };
    const body = gzipSync(FILE_HEAD).subarray(0, -12);
    const refused = await project.fetch("/files", { method: "POST", headers, body });

    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: "invalid_request", message: expect.stringContaining("as gzip") },
    });
  });
});
