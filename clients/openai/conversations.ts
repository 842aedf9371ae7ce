import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { BUILT_IN, LEAVE } from "../world.ts";

/** The test calls of `openai.conversations`. */
export const CONVERSATION_CALLS: readonly Call[] = [
  {
    name: "conversations.create()",
    run: async ({ openai }) => {
      assert.equal((await openai.conversations.create()).object, "conversation");
    },
  },
  {
    name: "conversations.create({items, metadata})",
    run: async ({ openai }) => {
      const made = await openai.conversations.create({
        items: [{ type: "message", role: "user", content: LEAVE.question }],
        metadata: { topic: "leave" },
      });
      assert.deepEqual(made.metadata, { topic: "leave" });
    },
  },
  {
    name: "conversations.retrieve()",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      assert.equal((await openai.conversations.retrieve(id)).id, id);
    },
  },
  {
    name: "conversations.update()",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      const updated = await openai.conversations.update(id, { metadata: { topic: "travel" } });
      assert.deepEqual(updated.metadata, { topic: "travel" });
    },
  },
  {
    name: "conversations.delete()",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      assert.equal((await openai.conversations.delete(id)).deleted, true);
      await assert.rejects(openai.conversations.retrieve(id), { status: 404 });
    },
  },
  {
    name: "conversations.items.create({items, include})",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      const added = await openai.conversations.items.create(id, {
        items: [
          { role: "user", content: LEAVE.question },
          { role: "assistant", content: "30 days." },
        ],
        include: ["file_search_call.results"],
      });
      assert.equal(added.data.length, 2);
    },
  },
  {
    name: "conversations.items.retrieve()",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      const added = await openai.conversations.items.create(id, {
        items: [{ role: "user", content: LEAVE.question }],
      });
      const itemId = added.data[0]?.id ?? "";
      const found = await openai.conversations.items.retrieve(itemId, { conversation_id: id });
      assert.equal(found.id, itemId);
    },
  },
  {
    name: "conversations.items.list({limit, order}), all pages",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create({
        items: ["one", "two", "three"].map((content) => ({ role: "user" as const, content })),
      });
      const texts: unknown[] = [];
      for await (const item of openai.conversations.items.list(id, { limit: 2, order: "asc" })) {
        const [part] = item.type === "message" ? item.content : [];
        texts.push(part?.type === "input_text" && part.text);
      }
      assert.deepEqual(texts, ["one", "two", "three"]);
    },
  },
  {
    name: "conversations.items.delete()",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      const added = await openai.conversations.items.create(id, {
        items: [{ role: "user", content: LEAVE.question }],
      });
      const itemId = added.data[0]?.id ?? "";
      await openai.conversations.items.delete(itemId, { conversation_id: id });
      const rest = await openai.conversations.items.list(id);
      assert.deepEqual(rest.data, []);
    },
  },
  {
    name: "conversations.items.create({items: function_call and its output})",
    run: async ({ openai }) => {
      const { id } = await openai.conversations.create();
      const added = await openai.conversations.items.create(id, {
        items: [
          { type: "function_call", call_id: "call_1", name: "lookup", arguments: "{}" },
          { type: "function_call_output", call_id: "call_1", output: "12 euros" },
        ],
      });
      assert.deepEqual(
        added.data.map(({ type }) => type),
        ["function_call", "function_call_output"],
      );
    },
  },
  {
    name: "conversations.items.list({after, include})",
    run: async (world) => {
      const { openai, storeId } = world;
      const { id } = await openai.conversations.create({
        items: [{ role: "user", content: "Hello." }],
      });
      await openai.responses.create({
        model: BUILT_IN,
        conversation: id,
        input: LEAVE.question,
        tools: [{ type: "file_search", vector_store_ids: [storeId] }],
        include: ["file_search_call.results"],
      });
      const first = await openai.conversations.items.list(id, { order: "asc", limit: 1 });
      const rest = await openai.conversations.items.list(id, {
        order: "asc",
        after: first.data[0]?.id ?? "",
        include: ["file_search_call.results"],
      });
      const search = rest.data.find((item) => item.type === "file_search_call");
      assert.ok((search?.results?.length ?? 0) > 0);
    },
  },
];
