import { env, exports } from "cloudflare:workers";
import OpenAI, { toFile } from "openai";
import { describe, it } from "vitest";

import { sha256Hex } from "../../../src/sha256.ts";

async function project(name: string): Promise<OpenAI> {
  const key = `sk-ew-${name}`;
  await env.CATALOG.batch([
    env.CATALOG.prepare(
      "INSERT INTO project (id, name, region, status, created_at) VALUES (?, ?, 'auto', 'active', 0)",
    ).bind(`proj_${name}`, name),
    env.CATALOG.prepare(
      "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, ?, ?, '', 0)",
    ).bind(`key_${name}`, `proj_${name}`, name, await sha256Hex(key)),
  ]);
  return new OpenAI({
    apiKey: key,
    baseURL: "https://edgewise.test/v1",
    maxRetries: 0,
    fetch: (input, init) => exports.default.fetch(input instanceof URL ? input.href : input, init),
  });
}

/** Makes a part of a multipart body with the boundary `b`. */
const part = (disposition: string, text: string) =>
  `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;

describe("/v1/files", () => {
  it("returns the bytes that were uploaded, under their name", async ({ expect }) => {
    const client = await project("roundtrip");
    const text = "Grüße, 世界 🌍";
    const file = await client.files.create({
      file: await toFile(new TextEncoder().encode(text), "grüße 世界.txt"),
      purpose: "assistants",
    });

    expect(file).toMatchObject({ filename: "grüße 世界.txt", purpose: "assistants", bytes: 20 });
    expect(await (await client.files.content(file.id)).text()).toBe(text);
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect((await client.files.list()).data).toEqual([file]);
  });

  it("stores a file under the name that people see, however that is written", async ({
    expect,
  }) => {
    await project("names");
    const names = [
      // As browsers and curl write a quote and the end of a line: nothing else is escaped.
      ['filename="6%22 pipe (50%).txt"', '6" pipe (50%).txt'],
      ['filename="two%0D%0Alines%20.txt"', "two\r\nlines%20.txt"],
      // As programs write it that follow RFC 2183, and those that follow RFC 5987.
      [String.raw`filename="6\" pipe.txt"`, '6" pipe.txt'],
      ["filename*=UTF-8''6%22%20pipe%2522.txt", '6" pipe%22.txt'],
      [`filename="plain.txt"; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt`, "grüße.txt"],
      // A name is cut between characters.
      [`filename="${"a".repeat(999)}🌍.txt"`, "a".repeat(999)],
    ];
    for (const [sent, filename] of names) {
      const response = await exports.default.fetch("https://edgewise.test/v1/files", {
        method: "POST",
        headers: {
          authorization: "Bearer sk-ew-names",
          "content-type": "multipart/form-data; boundary=b",
        },
        body: `${part('name="purpose"', "assistants")}${part(`name="file"; ${sent}`, "a")}--b--\r\n`,
      });
      expect(await response.json()).toMatchObject({ filename });
    }
  });

  it("streams a file of several parts without changing it", async ({ expect }) => {
    const client = await project("large");
    const bytes = new Uint8Array(20 * 1024 * 1024 + 7);
    for (let at = 0; at < bytes.length; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    }
    const file = await client.files.create({ file: await toFile(bytes), purpose: "user_data" });
    const back = new Uint8Array(await (await client.files.content(file.id)).arrayBuffer());

    expect(file.bytes).toBe(bytes.length);
    expect(await crypto.subtle.digest("SHA-256", back)).toEqual(
      await crypto.subtle.digest("SHA-256", bytes),
    );
  });

  it("accepts the purpose before or after the file, and refuses an unknown one", async ({
    expect,
  }) => {
    await project("order");
    const form = new FormData();
    form.append("file", new File(["a"], "a.txt"));
    form.append("purpose", "novel");
    const response = await exports.default.fetch("https://edgewise.test/v1/files", {
      method: "POST",
      headers: { authorization: "Bearer sk-ew-order" },
      body: form,
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: "invalid_request_error", param: "purpose" },
    });
  });

  it("refuses an empty file, a missing file and a body that breaks off", async ({ expect }) => {
    const client = await project("broken");
    const empty = client.files.create({
      file: await toFile(new Uint8Array(0), "e.txt"),
      purpose: "assistants",
    });
    await expect(empty).rejects.toThrow("The file is empty");
    const boundary = { "content-type": "multipart/form-data; boundary=x" };
    const post = (body: string) =>
      exports.default.fetch("https://edgewise.test/v1/files", {
        method: "POST",
        headers: { authorization: "Bearer sk-ew-broken", ...boundary },
        body,
      });
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc';

    expect((await post(head)).status).toBe(400);
    expect((await post("--x--\r\n")).status).toBe(400);
    expect((await client.files.list()).data).toEqual([]);
    expect((await env.FILES.list({ prefix: "proj_broken/" })).objects).toEqual([]);
  });

  it("deletes a file once", async ({ expect }) => {
    const client = await project("delete");
    const file = await client.files.create({
      file: await toFile(new Uint8Array([65]), "a.txt"),
      purpose: "assistants",
    });

    expect(await client.files.delete(file.id)).toEqual({
      id: file.id,
      object: "file",
      deleted: true,
    });
    await expect(client.files.retrieve(file.id)).rejects.toThrow(OpenAI.NotFoundError);
    await expect(client.files.delete(file.id)).rejects.toThrow(OpenAI.NotFoundError);
    expect((await env.FILES.list({ prefix: "proj_delete/" })).objects).toEqual([]);
  });

  it("finishes an interrupted delete when it is repeated", async ({ expect }) => {
    const client = await project("cutoff");
    const file = await client.files.create({
      file: await toFile(new Uint8Array([65]), "a.txt"),
      purpose: "assistants",
    });
    await env.CATALOG.prepare("UPDATE file SET deleted_at = 1 WHERE id = ?").bind(file.id).run();

    await expect(client.files.retrieve(file.id)).rejects.toThrow(OpenAI.NotFoundError);
    expect((await client.files.delete(file.id)).deleted).toBe(true);
    expect((await env.FILES.list({ prefix: "proj_cutoff/" })).objects).toEqual([]);
  });

  it("answers for another project's file as for a missing one", async ({ expect }) => {
    const [owner, other] = [await project("owner"), await project("other")];
    const file = await owner.files.create({
      file: await toFile(new Uint8Array([65]), "a.txt"),
      purpose: "assistants",
    });

    await expect(other.files.retrieve(file.id)).rejects.toThrow(
      `404 No file found with id '${file.id}'.`,
    );
  });
});
