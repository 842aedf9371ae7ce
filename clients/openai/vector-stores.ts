import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { LEAVE } from "../world.ts";

/** The test calls of `openai.vectorStores`. */
export const STORE_CALLS: readonly Call[] = [
  {
    name: "vectorStores.create({name, metadata, expires_after})",
    run: async ({ openai }) => {
      const store = await openai.vectorStores.create({
        name: "notes",
        metadata: { a: "b" },
        expires_after: { anchor: "last_active_at", days: 2 },
      });
      assert.equal(store.expires_after?.days, 2);
    },
  },
  {
    name: "vectorStores.create({file_ids, chunking_strategy})",
    run: async ({ openai, fileId }) => {
      const store = await openai.vectorStores.create({
        file_ids: [fileId],
        chunking_strategy: {
          type: "static",
          static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 },
        },
      });
      assert.equal(store.file_counts.total, 1);
    },
  },
  {
    name: "vectorStores.retrieve()",
    run: async ({ openai, storeId }) => {
      assert.ok((await openai.vectorStores.retrieve(storeId)).file_counts.completed >= 2);
    },
  },
  {
    name: "vectorStores.update()",
    run: async ({ openai }) => {
      const { id } = await openai.vectorStores.create({});
      assert.equal((await openai.vectorStores.update(id, { name: "other" })).name, "other");
    },
  },
  {
    name: "vectorStores.list({limit, order}), all pages",
    run: async ({ openai, storeId }) => {
      const ids: string[] = [];
      for await (const { id } of openai.vectorStores.list({ limit: 2, order: "asc" })) ids.push(id);
      assert.ok(ids.includes(storeId));
    },
  },
  {
    name: "vectorStores.delete()",
    run: async ({ openai }) => {
      const { id } = await openai.vectorStores.create({});
      assert.equal((await openai.vectorStores.delete(id)).deleted, true);
    },
  },
  {
    name: "vectorStores.search({query})",
    run: async ({ openai, storeId, fileId }) => {
      const found = await openai.vectorStores.search(storeId, { query: LEAVE.question });
      assert.equal(found.data[0]?.file_id, fileId);
    },
  },
  {
    name: "vectorStores.search({queries, filters, max_num_results, ranking_options, rewrite_query})",
    run: async ({ openai, storeId, fileId }) => {
      const found = await openai.vectorStores.search(storeId, {
        query: [LEAVE.question, "vacation"],
        filters: {
          type: "and",
          filters: [
            { type: "gte", key: "year", value: 2025 },
            { type: "eq", key: "town", value: "Kiel" },
          ],
        },
        max_num_results: 2,
        ranking_options: { ranker: "auto", score_threshold: 0 },
        rewrite_query: false,
      });
      assert.equal(found.data[0]?.file_id, fileId);
    },
  },
  {
    name: "vectorStores.update({metadata, expires_after: null})",
    run: async ({ openai }) => {
      const { id } = await openai.vectorStores.create({
        expires_after: { anchor: "last_active_at", days: 2 },
      });
      const updated = await openai.vectorStores.update(id, {
        metadata: { a: "c" },
        expires_after: null,
      });
      assert.deepEqual(updated.metadata, { a: "c" });
      assert.equal(updated.expires_after ?? null, null);
    },
  },
  {
    name: "vectorStores.list({after, before})",
    run: async ({ openai }) => {
      const made = [];
      for (const name of ["a", "b", "c"]) made.push(await openai.vectorStores.create({ name }));
      const [first, second, third] = made;
      const page = await openai.vectorStores.list({
        order: "asc",
        after: first?.id ?? "",
        before: third?.id ?? "",
      });
      assert.ok(page.data.some(({ id }) => id === second?.id));
      assert.ok(page.data.every(({ id }) => id !== first?.id && id !== third?.id));
    },
  },
  {
    name: "vectorStores.search({filters that match nothing})",
    run: async ({ openai, storeId }) => {
      const filters = { type: "nin" as const, key: "town", value: ["Kiel"] };
      const query = { query: LEAVE.question, filters };
      assert.deepEqual((await openai.vectorStores.search(storeId, query)).data, []);
    },
  },
];
