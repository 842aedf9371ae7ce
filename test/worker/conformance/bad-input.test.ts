import { toFile } from "openai";
import { describe, it } from "vitest";

import { createLibrary } from "../conversation/library.ts";

const JSON_TYPE = { "content-type": "application/json" };
const encodeText = (text: string) => new TextEncoder().encode(text);

const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE) => ({
  method: "POST",
  body,
  headers,
});

describe("bad input", () => {
  it("gets the one error shape, never a server error", async ({ expect }) => {
    const { fetch, store } = await createLibrary();
    const search = `/vector_stores/${store.id}/search`;
    const cases: readonly (readonly [string, RequestInit, number])[] = [
      ["/responses", post('{"model":'), 400],
      ["/responses", post("[]"), 400],
      ["/responses", post("null"), 400],
      [search, post(Uint8Array.of(...encodeText('{"query":"a'), 0xff, ...encodeText('"}'))), 400],
      ["/responses", post("a=b", { "content-type": "text/plain" }), 415],
      ["/responses", post(`{"input":"${"a".repeat(9 * 1024 * 1024)}"}`), 413],
      ["/responses", post("[".repeat(100_000)), 400],
      ["/files", post("{}"), 415],
      [search, post('{"query":""}'), 400],
      [search, post('{"query":7}'), 400],
      [search, post(JSON.stringify({ query: "a".repeat(9_000) })), 400],
      [search, post('{"query":"a","max_num_results":-1}'), 400],
      ["/vector_stores?limit=-1", {}, 400],
      ["/vector_stores?limit=abc", {}, 400],
      ["/conversations", post('{"metadata":{"a":{"b":1}}}'), 400],
      [`/files/${"x".repeat(10_000)}`, {}, 404],
      ["/files/%2e%2e%2f%00", {}, 404],
      ["/files/%ff%fe", {}, 404],
      ["/vector_stores/%E0%A4%A", {}, 404],
      ["/responses/__proto__", {}, 404],
      ["/models/constructor", {}, 404],
    ];
    for (const [index, [path, init, status]] of cases.entries()) {
      const response = await fetch(path, init);
      const body = await response.json();
      const sent = { index, path: path.slice(0, 40) };
      expect({ ...sent, status: response.status }).toEqual({ ...sent, status });
      expect(body).toMatchObject({
        status,
        instance: response.headers.get("x-request-id"),
        error: { message: expect.stringMatching(/\w{4}/), code: expect.any(String) },
      });
    }
  });

  it("is searched as text when it looks like a query language", async ({ expect }) => {
    const { client, store } = await createLibrary();
    const questions = [
      '"harbour" NEAR(opens, 3)',
      "harbour* -closes",
      "text:harbour AND OR NOT (",
      "harbour'; DROP TABLE chunk; --",
      "harbour\u0000opens",
      "harbour \ud800",
      `harbour ${"word ".repeat(1_500)}`,
    ];
    for (const query of questions) {
      const found = await client.vectorStores.search(store.id, { query });
      expect({ query, found: found.data.length > 0 }).toEqual({ query, found: true });
    }
    const none = await client.vectorStores.search(store.id, { query: '"*:-()' });
    expect(none.data).toEqual([]);
  });

  it("stores names of built-in object members like any other", async ({ expect }) => {
    const { fetch } = await createLibrary();
    const body = '{"metadata":{"constructor":"a","toString":"b"}}';
    const made = await fetch("/conversations", { method: "POST", body, headers: JSON_TYPE });
    expect(await made.json()).toMatchObject({ metadata: { constructor: "a", toString: "b" } });
    for (const path of ["/conversations", "/vector_stores"]) {
      const proto = '{"metadata":{"__proto__":"a"}}';
      const answer = await fetch(path, { method: "POST", body: proto, headers: JSON_TYPE });
      expect({ path, isOurs: answer.status >= 500 }).toEqual({ path, isOurs: false });
    }
  });

  it("ends an unreadable file as failed, with the reason", async ({ expect }) => {
    const { client, store } = await createLibrary();
    const unreadable = [
      ["binary.txt", new Uint8Array(4_096).map((_, index) => (index * 37) % 256)],
      ["broken.pdf", encodeText("%PDF-1.7\nnothing")],
      ["broken.docx", encodeText("PK\u0003\u0004nothing")],
    ] as const;
    for (const [name, bytes] of unreadable) {
      const file = await client.files.create({
        file: await toFile(bytes, name),
        purpose: "assistants",
      });
      const options = { pollIntervalMs: 20 };
      const ended = await client.vectorStores.files.createAndPoll(
        store.id,
        { file_id: file.id },
        options,
      );
      expect({ name, status: ended.status }).toEqual({ name, status: "failed" });
      expect(ended.last_error?.message).toMatch(/\w{4}/);
    }
  });

  it("leaves no data of a file or store that is deleted during indexing", async ({ expect }) => {
    const { client, store, file } = await createLibrary();
    const query = "When does the harbour open?";
    const late = await client.files.create({
      file: await toFile(encodeText("The harbour opens late. ".repeat(2_000)), "late.txt"),
      purpose: "assistants",
    });
    await client.vectorStores.files.create(store.id, { file_id: late.id });
    await client.files.delete(late.id);
    const found = await client.vectorStores.search(store.id, { query, max_num_results: 50 });
    const files = new Set(found.data.map((hit) => hit.file_id));
    expect(files).toEqual(new Set([file.id]));

    const [searched, deleted] = await Promise.allSettled([
      client.vectorStores.search(store.id, { query }),
      client.vectorStores.delete(store.id),
    ]);
    expect(deleted.status).toBe("fulfilled");
    const reason: unknown = searched.status === "rejected" ? searched.reason : { status: 404 };
    expect(reason).toMatchObject({ status: 404 });
  });
});
