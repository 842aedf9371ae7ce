import { gzipSync, deflateRawSync, deflateSync } from "node:zlib";

import { describe, it } from "vitest";

import { inflate } from "../../../src/http/request/inflate-body.ts";
import { createProject, type TestProject } from "../project.ts";

const MEGABYTE = 1024 * 1024;
const encode = (text: string) => new TextEncoder().encode(text);

const post = async ({ fetch }: TestProject, coding: string, body: BodyInit) =>
  await fetch("/vector_stores", {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": coding },
    body,
  });

describe("a compressed body", () => {
  it("is read as gzip and as deflate, with and without the header of zlib", async ({ expect }) => {
    const project = await createProject();
    const body = JSON.stringify({ name: "größe" });
    for (const [coding, bytes] of [
      ["gzip", gzipSync(body)],
      ["x-gzip", gzipSync(body)],
      ["GZIP", gzipSync(body)],
      ["deflate", deflateSync(body)],
      ["deflate", deflateRawSync(body)],
      ["identity", encode(body)],
    ] as const) {
      const response = await post(project, coding, bytes);
      expect({ coding, status: response.status }).toEqual({ coding, status: 200 });
      expect(await response.json()).toMatchObject({ name: "größe" });
    }
  });

  it("is refused with 415 in another coding, and with 400 when it is broken", async ({
    expect,
  }) => {
    const project = await createProject();
    for (const coding of ["br", "zstd", "gzip, gzip"]) {
      const refused = await post(project, coding, encode("{}"));
      expect({ coding, status: refused.status }).toEqual({ coding, status: 415 });
      expect(refused.headers.get("accept-encoding")).toBe("gzip, deflate");
      expect(await refused.json()).toMatchObject({ error: { code: "unsupported_media_type" } });
    }
    const whole = gzipSync(JSON.stringify({ name: "x".repeat(200) }));
    for (const broken of [encode('{"name":"plain"}'), whole.subarray(0, 20)]) {
      const refused = await post(project, "gzip", broken);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        error: { code: "invalid_request", message: expect.stringContaining("as gzip") },
      });
    }
  });

  it("does not matter where no body is read", async ({ expect }) => {
    const { fetch, client } = await createProject();
    for (const coding of ["br", "gzip"]) {
      const { id } = await client.vectorStores.create({});
      const headers = { "content-encoding": coding };
      const path = `/vector_stores/${id}`;
      const deleted = await fetch(path, { method: "DELETE", headers, body: "x" });
      expect({ coding, status: deleted.status }).toEqual({ coding, status: 200 });
      await deleted.body?.cancel();
    }
  });

  it("has the limits of what it inflates to", async ({ expect }) => {
    const project = await createProject();
    const bomb = gzipSync(encode(`{"name":"${"x".repeat(40 * MEGABYTE)}"}`));
    expect(bomb.length).toBeLessThan(64 * 1024);
    const refused = await post(project, "gzip", bomb);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { code: "payload_too_large" } });
  });

  it("is inflated no faster than it is read", async ({ expect }) => {
    const bomb = gzipSync(new Uint8Array(64 * MEGABYTE));
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(bomb.subarray(sent, sent + 1_024));
          sent += 1_024;
          if (sent >= bomb.length) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const reader = inflate(body, "gzip").getReader();
    let read = 0;
    while (read < MEGABYTE) read += (await reader.read()).value?.byteLength ?? MEGABYTE;
    // A kilobyte inflates to a megabyte.
    expect(sent).toBeLessThan(24 * 1_024);
    expect(sent).toBeLessThan(bomb.length / 2);
    await reader.cancel();
    // The compressed rest can be drained.
    expect(body.locked).toBe(false);
  });

  it("is read as an upload of a file", async ({ expect }) => {
    const { fetch, client } = await createProject();
    const form = new FormData();
    form.set("purpose", "assistants");
    form.set("file", new File(["The text of the file."], "a.txt"));
    const plain = new Response(form);
    const response = await fetch("/files", {
      method: "POST",
      headers: {
        "content-type": plain.headers.get("content-type") ?? "",
        "content-encoding": "gzip",
      },
      body: gzipSync(new Uint8Array(await plain.arrayBuffer())),
    });
    const file: { id: string } = await response.json();
    expect(await (await client.files.content(file.id)).text()).toBe("The text of the file.");
  });
});

describe("a body that is a form", () => {
  it("is refused with advice", async ({ expect }) => {
    const { fetch } = await createProject();
    const body = new URLSearchParams({ name: "a" });
    const refused = await fetch("/vector_stores", { method: "POST", body });
    expect(refused.status).toBe(415);
    expect(await refused.json()).toMatchObject({
      error: {
        code: "unsupported_media_type",
        message: expect.stringContaining("-H 'Content-Type: application/json'"),
      },
    });
  });
});

describe("a range of a file's content", () => {
  it("is sent with 206, and whole files say that ranges are", async ({ expect }) => {
    const { client, fetch } = await createProject();
    const file = await client.files.create({
      file: new File(["0123456789"], "digits.txt"),
      purpose: "assistants",
    });
    const read = async (headers: Record<string, string>, method = "GET") => {
      const response = await fetch(`/files/${file.id}/content`, { headers, method });
      const { status } = response;
      return { status, headers: response.headers, text: await response.text() };
    };
    const whole = await read({});
    expect(whole).toMatchObject({ status: 200, text: "0123456789" });
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    const etag = whole.headers.get("etag") ?? "";
    for (const [range, text, part] of [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-2", "89", "bytes 8-9/10"],
    ] as const) {
      for (const condition of [{}, { "if-range": etag }]) {
        const found = await read({ range, ...condition });
        expect(found).toMatchObject({ status: 206, text });
        expect(found.headers.get("content-range")).toBe(part);
        expect(found.headers.get("content-length")).toBe(String(text.length));
      }
    }
    expect(await read({ range: "bytes=2-4", "if-range": '"other"' })).toMatchObject({
      status: 200,
      text: "0123456789",
    });
    const beyond = await read({ range: "bytes=10-" });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get("content-range")).toBe("bytes */10");
    expect(JSON.parse(beyond.text)).toMatchObject({ error: { code: "range_not_satisfiable" } });
    expect((await read({ range: "bytes=2-4" }, "HEAD")).status).toBe(200);
  });
});
