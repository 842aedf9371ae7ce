import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { LEAVE, NOTICE, SCRIPTED } from "../world.ts";
import { answers, ask, assertCited, collect, readText, refuses, sendBack } from "./ask.ts";

/** The test calls of `openai.responses.create` and `openai.responses.stream`. */
export const CREATE_CALLS: readonly Call[] = [
  answers("model, input, tools: file_search", {}),
  answers("without model", { model: undefined }),
  answers("LLM", { model: SCRIPTED, input: `${LEAVE.question} #cites` }),
  answers("instructions", { instructions: "Answer briefly." }),
  answers("input: messages", { input: [{ role: "user", content: LEAVE.question }] }),
  answers("input: parts of text", {
    input: [
      { type: "message", role: "user", content: [{ type: "input_text", text: LEAVE.question }] },
    ],
  }),
  answers("input: developer and user", {
    input: [
      { role: "developer", content: "Be kind." },
      { role: "user", content: LEAVE.question },
    ],
  }),
  answers("max_output_tokens", { max_output_tokens: 500 }),
  answers("temperature, top_p", { temperature: 0.2, top_p: 0.9 }),
  answers("metadata", { metadata: { from: "clients" } }),
  answers("reasoning", { reasoning: { effort: "low" } }),
  answers("text: {verbosity}", { text: { verbosity: "low" } }),
  answers("safety_identifier, prompt_cache_key", {
    safety_identifier: "someone",
    prompt_cache_key: "a",
  }),
  answers("service_tier", { service_tier: "auto" }),
  answers("truncation", { truncation: "auto" }),
  answers("tool_choice: required", { tool_choice: "required" }),
  answers("tool_choice: file_search", { tool_choice: { type: "file_search" } }),
  answers("parallel_tool_calls: false", { parallel_tool_calls: false }),
  answers("top_logprobs: 0", { top_logprobs: 0 }),
  {
    name: "responses.create({include: file_search_call.results})",
    run: async (world) => {
      const response = await world.openai.responses.create({
        ...ask(world),
        include: ["file_search_call.results"],
      });
      const call = response.output.find((item) => item.type === "file_search_call");
      assert.equal(call?.results?.[0]?.file_id, world.fileId);
    },
  },
  {
    name: "responses.create({tools: filters, max_num_results, ranking_options})",
    run: async (world) => {
      const response = await world.openai.responses.create({
        ...ask(world),
        tools: [
          {
            type: "file_search",
            vector_store_ids: [world.storeId],
            max_num_results: 3,
            filters: { type: "eq", key: "town", value: "Kiel" },
            ranking_options: { ranker: "auto", score_threshold: 0 },
          },
        ],
      });
      assertCited(response);
    },
  },
  {
    name: "responses.create({stream: true})",
    run: async (world) => {
      const events = await collect(
        await world.openai.responses.create({ ...ask(world), stream: true }),
      );
      assert.match(readText(events), LEAVE.answer);
      const last = events.at(-1);
      assert.equal(last?.type, "response.completed");
      assertCited(last.response);
    },
  },
  {
    name: "responses.create({previous_response_id})",
    run: async (world) => {
      const first = await world.openai.responses.create(ask(world));
      const second = await world.openai.responses.create({
        ...ask(world, NOTICE.question),
        previous_response_id: first.id,
      });
      assertCited(second, NOTICE);
    },
  },
  {
    name: "responses.create({input: earlier output and a question})",
    run: async (world) => {
      const first = await world.openai.responses.create({ ...ask(world), store: false });
      const second = await world.openai.responses.create({
        ...ask(world),
        input: [
          { role: "user", content: LEAVE.question },
          ...sendBack(first.output),
          { role: "user", content: NOTICE.question },
        ],
      });
      assertCited(second, NOTICE);
    },
  },
  {
    name: "responses.create({input: item_reference})",
    run: async (world) => {
      const first = await world.openai.responses.create(ask(world));
      const message = first.output.find(({ type }) => type === "message");
      const second = await world.openai.responses.create({
        ...ask(world),
        input: [
          { type: "item_reference", id: message?.id ?? "" },
          { role: "user", content: NOTICE.question },
        ],
      });
      assertCited(second, NOTICE);
    },
  },
  {
    name: "responses.create({conversation})",
    run: async (world) => {
      const { id } = await world.openai.conversations.create();
      await world.openai.responses.create({ ...ask(world), conversation: id });
      const second = await world.openai.responses.create({
        ...ask(world, NOTICE.question),
        conversation: { id },
      });
      assertCited(second, NOTICE);
    },
  },
  {
    name: "responses.create({store: false})",
    run: async (world) => {
      const response = await world.openai.responses.create({ ...ask(world), store: false });
      assertCited(response);
      await assert.rejects(world.openai.responses.retrieve(response.id), { status: 404 });
    },
  },
  {
    name: "responses.stream()",
    run: async (world) => {
      const stream = world.openai.responses.stream(ask(world));
      let text = "";
      stream.on("response.output_text.delta", ({ delta }) => {
        text += delta;
      });
      const final = await stream.finalResponse();
      assertCited(final);
      assert.equal(final.output_text, text);
    },
  },
  refuses(
    "tools: web_search",
    { tools: [{ type: "web_search" }] },
    "tools[0]",
    "tools[]:web_search",
  ),
  refuses(
    "tools: code_interpreter",
    { tools: [{ type: "code_interpreter", container: { type: "auto" } }] },
    "tools[0]",
    "tools[]:code_interpreter",
  ),
  refuses("top_logprobs: 3", { top_logprobs: 3 }, "top_logprobs", "`top_logprobs`"),
  refuses("prompt", { prompt: { id: "pmpt_1" } }, "prompt", "`prompt`"),
  answers("max_tool_calls", { max_tool_calls: 3 }),
  answers("prompt_cache_retention", { prompt_cache_retention: "24h" }),
  answers("stream_options", { stream_options: { include_obfuscation: false } }),
  answers("tool_choice: auto, store: true", { tool_choice: "auto", store: true }),
  answers("input: an assistant's message with its phase", {
    input: [
      { role: "user", content: NOTICE.question },
      { role: "assistant", content: "Two weeks.", phase: "final_answer" },
      { role: "user", content: LEAVE.question },
    ],
  }),
  {
    name: "responses.create().withResponse()",
    run: async (world) => {
      const made = await world.openai.responses.create(ask(world)).withResponse();
      assert.match(made.request_id ?? "", /^req_/);
      assertCited(made.data);
    },
  },
  {
    name: "responses.create().asResponse()",
    run: async (world) => {
      const { status, headers } = await world.openai.responses.create(ask(world)).asResponse();
      assert.equal(status, 200);
      assert.match(headers.get("content-type") ?? "", /^application\/json/);
    },
  },
  {
    name: "responses.create({stream: true}), cut off by the client",
    run: async (world) => {
      const stream = await world.openai.responses.create({
        model: SCRIPTED,
        input: "How long? #slow",
        stream: true,
      });
      for await (const event of stream) {
        assert.equal(event.type, "response.created");
        break;
      }
      assert.equal(stream.controller.signal.aborted, true);
    },
  },
  {
    name: "responses.create({background: true, stream: true})",
    run: async (world) => {
      const stream = await world.openai.responses.create({
        ...ask(world),
        background: true,
        stream: true,
      });
      const last = (await collect(stream)).at(-1);
      assert.equal(last?.type, "response.completed");
      assertCited(last.response);
    },
  },
];
