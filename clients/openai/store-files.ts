import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { markdown, POLL } from "../world.ts";
import { upload } from "./upload.ts";

/** The test calls of `openai.vectorStores.files`. */
export const STORE_FILE_CALLS: readonly Call[] = [
  {
    name: "vectorStores.files.create({attributes, chunking_strategy}), poll",
    run: async (world) => {
      const { openai } = world;
      const { id: storeId } = await openai.vectorStores.create({});
      const { id } = await upload(world, "a.md");
      await openai.vectorStores.files.create(storeId, {
        file_id: id,
        attributes: { year: 2026, open: true },
        chunking_strategy: { type: "auto" },
      });
      const file = await openai.vectorStores.files.poll(storeId, id, POLL);
      assert.deepEqual(file.attributes, { year: 2026, open: true });
    },
  },
  {
    name: "vectorStores.files.upload()",
    run: async ({ openai, storeId }) => {
      const made = await openai.vectorStores.files.upload(storeId, await markdown("b.md", "Note."));
      assert.equal(made.vector_store_id, storeId);
      await openai.vectorStores.files.poll(storeId, made.id, POLL);
      await openai.vectorStores.files.delete(made.id, { vector_store_id: storeId });
    },
  },
  {
    name: "vectorStores.files.uploadAndPoll()",
    run: async ({ openai }) => {
      const { id } = await openai.vectorStores.create({});
      const made = await openai.vectorStores.files.uploadAndPoll(id, await markdown("c.md"), POLL);
      assert.equal(made.status, "completed");
    },
  },
  {
    name: "vectorStores.files.retrieve()",
    run: async ({ openai, storeId, fileId }) => {
      const ofStore = { vector_store_id: storeId };
      assert.equal((await openai.vectorStores.files.retrieve(fileId, ofStore)).status, "completed");
    },
  },
  {
    name: "vectorStores.files.update({attributes})",
    run: async ({ openai, storeId, fileId }) => {
      const attributes = { year: 2026, town: "Kiel", seen: true };
      const updated = await openai.vectorStores.files.update(fileId, {
        vector_store_id: storeId,
        attributes,
      });
      assert.deepEqual(updated.attributes, attributes);
    },
  },
  {
    name: "vectorStores.files.list({filter, limit}), all pages",
    run: async ({ openai, storeId, fileId }) => {
      const ids: string[] = [];
      const query = { filter: "completed", limit: 1 } as const;
      for await (const { id } of openai.vectorStores.files.list(storeId, query)) ids.push(id);
      assert.ok(ids.includes(fileId));
    },
  },
  {
    name: "vectorStores.files.content()",
    run: async ({ openai, storeId, fileId }) => {
      const ofStore = { vector_store_id: storeId };
      const content = await openai.vectorStores.files.content(fileId, ofStore);
      assert.match(content.data[0]?.text ?? "", /30 days/);
    },
  },
  {
    name: "vectorStores.files.delete()",
    run: async ({ openai, fileId }) => {
      const { id } = await openai.vectorStores.create({});
      await openai.vectorStores.files.createAndPoll(id, { file_id: fileId }, POLL);
      const gone = await openai.vectorStores.files.delete(fileId, { vector_store_id: id });
      assert.equal(gone.deleted, true);
    },
  },
];

/** The test calls of `openai.vectorStores.fileBatches`. */
export const BATCH_CALLS: readonly Call[] = [
  {
    name: "vectorStores.fileBatches.create({file_ids, attributes}), retrieve, poll",
    run: async ({ openai, fileId }) => {
      const { id } = await openai.vectorStores.create({});
      const batches = openai.vectorStores.fileBatches;
      const batch = await batches.create(id, { file_ids: [fileId], attributes: { year: 2026 } });
      const found = await batches.retrieve(batch.id, { vector_store_id: id });
      assert.equal(found.file_counts.total, 1);
      assert.equal((await batches.poll(id, batch.id, POLL)).status, "completed");
    },
  },
  {
    name: "vectorStores.fileBatches.create({files})",
    run: async ({ openai, fileId }) => {
      const { id } = await openai.vectorStores.create({});
      const files = [{ file_id: fileId, attributes: { year: 2025 } }];
      const batch = await openai.vectorStores.fileBatches.create(id, { files });
      assert.equal(batch.file_counts.total, 1);
    },
  },
  {
    name: "vectorStores.fileBatches.createAndPoll(), listFiles({filter}), all pages",
    run: async (world) => {
      const { openai } = world;
      const { id } = await openai.vectorStores.create({});
      const uploaded = await Promise.all(
        ["d.md", "e.md", "f.md"].map((name) => upload(world, name)),
      );
      const batch = await openai.vectorStores.fileBatches.createAndPoll(
        id,
        { file_ids: uploaded.map((file) => file.id) },
        POLL,
      );
      const query = { vector_store_id: id, filter: "completed", limit: 2 } as const;
      let listed = 0;
      for await (const _ of openai.vectorStores.fileBatches.listFiles(batch.id, query)) listed++;
      assert.equal(listed, 3);
    },
  },
  {
    name: "vectorStores.fileBatches.uploadAndPoll()",
    run: async ({ openai }) => {
      const { id } = await openai.vectorStores.create({});
      const files = [await markdown("g.md"), await markdown("h.md")];
      const batch = await openai.vectorStores.fileBatches.uploadAndPoll(id, { files }, POLL);
      assert.equal(batch.file_counts.completed, 2);
    },
  },
  {
    name: "vectorStores.fileBatches.cancel()",
    run: async ({ openai, fileId }) => {
      const { id } = await openai.vectorStores.create({});
      const batch = await openai.vectorStores.fileBatches.create(id, { file_ids: [fileId] });
      const ended = await openai.vectorStores.fileBatches.cancel(batch.id, { vector_store_id: id });
      assert.ok(["cancelled", "completed", "in_progress"].includes(ended.status));
    },
  },
];
