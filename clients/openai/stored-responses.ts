import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { BUILT_IN, LEAVE, NOTICE, SCRIPTED } from "../world.ts";
import { ask, assertCited, collect, readText, sendBack } from "./ask.ts";

/** The test calls of `openai.responses` about stored and running responses. */
export const STORED_CALLS: readonly Call[] = [
  {
    name: "responses.create({background: true}), retrieve until it ends",
    run: async (world) => {
      const { openai } = world;
      let response = await openai.responses.create({ ...ask(world), background: true });
      while (response.status === "queued" || response.status === "in_progress") {
        await new Promise((resolve) => setTimeout(resolve, 50));
        response = await openai.responses.retrieve(response.id);
      }
      assertCited(response);
    },
  },
  {
    name: "responses.stream({response_id, starting_after})",
    run: async (world) => {
      const { id } = await world.openai.responses.create({ ...ask(world), background: true });
      const stream = world.openai.responses.stream({ response_id: id, starting_after: 0 });
      assertCited(await stream.finalResponse());
    },
  },
  {
    name: "responses.retrieve()",
    run: async (world) => {
      const { id } = await world.openai.responses.create(ask(world));
      assertCited(await world.openai.responses.retrieve(id));
    },
  },
  {
    name: "responses.retrieve({include})",
    run: async (world) => {
      const { id } = await world.openai.responses.create(ask(world));
      const found = await world.openai.responses.retrieve(id, {
        include: ["file_search_call.results"],
      });
      assertCited(found);
    },
  },
  {
    name: "responses.retrieve({stream: true, starting_after})",
    run: async (world) => {
      const { id } = await world.openai.responses.create(ask(world));
      const events = await collect(
        await world.openai.responses.retrieve(id, { stream: true, starting_after: 2 }),
      );
      assert.equal(events[0]?.sequence_number, 3);
      assert.equal(events.at(-1)?.type, "response.completed");
    },
  },
  {
    name: "responses.cancel()",
    run: async (world) => {
      const { id } = await world.openai.responses.create({
        model: SCRIPTED,
        input: "How long? #slow",
        background: true,
      });
      assert.equal((await world.openai.responses.cancel(id)).status, "cancelled");
    },
  },
  {
    name: "responses.delete()",
    run: async (world) => {
      const { id } = await world.openai.responses.create(ask(world));
      await world.openai.responses.delete(id);
      await assert.rejects(world.openai.responses.retrieve(id), { status: 404 });
    },
  },
  {
    name: "responses.compact()",
    run: async (world) => {
      const first = await world.openai.responses.create(ask(world));
      const compacted = await world.openai.responses.compact({
        model: BUILT_IN,
        previous_response_id: first.id,
      });
      const second = await world.openai.responses.create({
        ...ask(world),
        input: [...sendBack(compacted.output), { role: "user", content: NOTICE.question }],
      });
      assertCited(second, NOTICE);
    },
  },
  {
    name: "responses.inputItems.list({order, limit}), all pages",
    run: async (world) => {
      const { id } = await world.openai.responses.create({
        ...ask(world),
        input: [
          { role: "developer", content: "Be kind." },
          { role: "user", content: LEAVE.question },
        ],
      });
      const query = { order: "asc", limit: 1 } as const;
      const items = await collect(world.openai.responses.inputItems.list(id, query));
      assert.equal(items.length, 2);
    },
  },
  {
    name: "responses.inputTokens.count()",
    run: async (world) => {
      const { input_tokens } = await world.openai.responses.inputTokens.count({
        model: BUILT_IN,
        input: LEAVE.question,
      });
      assert.ok(input_tokens > 5);
    },
  },
  {
    name: "responses.retrieve({stream: true}) of a running response",
    run: async ({ openai }) => {
      const { id } = await openai.responses.create({
        model: SCRIPTED,
        input: "How long? #uncited",
        background: true,
      });
      const events = await collect(await openai.responses.retrieve(id, { stream: true }));
      assert.match(readText(events), /two years/);
    },
  },
  {
    name: "responses.inputItems.list({after, include})",
    run: async ({ openai }) => {
      const { id } = await openai.responses.create({
        model: BUILT_IN,
        input: ["one", "two"].map((content) => ({ role: "user" as const, content })),
      });
      const first = await openai.responses.inputItems.list(id, { order: "asc", limit: 1 });
      const after = first.data[0]?.id ?? "";
      const rest = await openai.responses.inputItems.list(id, {
        order: "asc",
        after,
        include: ["file_search_call.results"],
      });
      assert.equal(rest.data.length, 1);
    },
  },
  {
    name: "responses.inputTokens.count({previous_response_id, tools, instructions})",
    run: async (world) => {
      const first = await world.openai.responses.create(ask(world));
      const { input_tokens } = await world.openai.responses.inputTokens.count({
        ...ask(world, NOTICE.question),
        instructions: "Be kind.",
        previous_response_id: first.id,
      });
      assert.ok(input_tokens > 20);
    },
  },
  {
    name: "responses.compact({input})",
    run: async ({ openai }) => {
      const compacted = await openai.responses.compact({
        model: BUILT_IN,
        input: [
          { role: "user", content: LEAVE.question },
          { role: "assistant", content: "30 days." },
        ],
        instructions: "Be brief.",
      });
      assert.equal(compacted.object, "response.compaction");
      assert.ok(compacted.output.length > 0);
    },
  },
];
