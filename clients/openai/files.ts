import assert from "node:assert/strict";
import { createReadStream } from "node:fs";

import type { Call } from "../call.ts";
import { markdown } from "../world.ts";
import { upload } from "./upload.ts";

/** The test calls of `openai.files`. */
export const FILE_CALLS: readonly Call[] = [
  {
    name: "files.create({file: File})",
    run: async ({ openai }) => {
      const file = new File(["A note."], "note.txt", { type: "text/plain" });
      const made = await openai.files.create({ file, purpose: "assistants" });
      assert.equal(made.bytes, 7);
    },
  },
  {
    name: "files.create({file: toFile, purpose: user_data, expires_after})",
    run: async ({ openai }) => {
      const made = await openai.files.create({
        file: await markdown("expires.md"),
        purpose: "user_data",
        expires_after: { anchor: "created_at", seconds: 3_600 },
      });
      assert.equal(made.expires_at, made.created_at + 3_600);
    },
  },
  {
    name: "files.retrieve()",
    run: async ({ openai, fileId }) => {
      assert.equal((await openai.files.retrieve(fileId)).filename, "leave.md");
    },
  },
  {
    name: "files.list({limit, order, purpose}), all pages",
    run: async (world) => {
      const { id } = await upload(world, "listed.md");
      const ids: string[] = [];
      const query = { limit: 2, order: "asc", purpose: "assistants" } as const;
      for await (const file of world.openai.files.list(query)) ids.push(file.id);
      assert.ok(ids.includes(id) && ids.includes(world.fileId));
    },
  },
  {
    name: "files.content()",
    run: async ({ openai, fileId }) => {
      assert.match(await (await openai.files.content(fileId)).text(), /^Employees have/);
    },
  },
  {
    name: "files.waitForProcessing()",
    run: async ({ openai, fileId }) => {
      const file = await openai.files.waitForProcessing(fileId, { pollInterval: 50 });
      assert.equal(file.status, "processed");
    },
  },
  {
    name: "files.delete()",
    run: async (world) => {
      const { id } = await upload(world, "deleted.md");
      assert.equal((await world.openai.files.delete(id)).deleted, true);
      await assert.rejects(world.openai.files.retrieve(id), { status: 404 });
    },
  },
  {
    name: "files.list(), deleting each while it lists",
    run: async (world) => {
      const { openai } = world;
      for (let at = 0; at < 5; at++) {
        const file = await markdown(`data-${at}.md`);
        await openai.files.create({ file, purpose: "user_data" });
      }
      for await (const { id } of openai.files.list({ limit: 2, purpose: "user_data" })) {
        await openai.files.delete(id);
      }
      assert.deepEqual((await openai.files.list({ purpose: "user_data" })).data, []);
    },
  },
  {
    name: "files.create({file: fs.ReadStream})",
    run: async ({ openai }) => {
      const file = createReadStream(new URL("../package.json", import.meta.url));
      const made = await openai.files.create({ file, purpose: "user_data" });
      assert.equal(made.filename, "package.json");
      await openai.files.delete(made.id);
    },
  },
  {
    name: "files.content() with Range",
    run: async ({ openai, fileId }) => {
      const part = await openai.files.content(fileId, { headers: { range: "bytes=0-8" } });
      assert.equal(part.status, 206);
      assert.equal(await part.text(), "Employees");
    },
  },
  {
    name: "files.list({after})",
    run: async (world) => {
      const { id } = await upload(world, "after.md");
      const page = await world.openai.files.list({ after: id, order: "asc", limit: 1 });
      assert.ok(page.data.every((file) => file.id !== id));
    },
  },
];
