import assert from "node:assert/strict";

import { zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

import type { Call } from "../call.ts";
import { LEAVE, SCRIPTED } from "../world.ts";
import { assertCited } from "./ask.ts";

const Duration = z.object({ years: z.array(z.number()), sure: z.boolean() });

/** The test calls of `openai.responses` with function tools and with text formats. */
export const TOOL_CALLS: readonly Call[] = [
  {
    name: "responses.create({tools: function}), then its output",
    run: async (world) => {
      const tools = [
        {
          type: "function" as const,
          name: "lookup",
          strict: true,
          parameters: {
            type: "object",
            properties: { id: { type: "string" } },
            required: ["id"],
            additionalProperties: false,
          },
        },
      ];
      const asked = { model: SCRIPTED, tools, input: "What does it cost? #calls-function-once" };
      const first = await world.openai.responses.create(asked);
      const calls = first.output.filter((item) => item.type === "function_call");
      assert.deepEqual(JSON.parse(calls[0]?.arguments ?? ""), { id: "7" });
      const second = await world.openai.responses.create({
        ...asked,
        previous_response_id: first.id,
        input: calls.map(({ call_id }) => ({
          type: "function_call_output",
          call_id,
          output: "12 euros",
        })),
      });
      assert.match(second.output_text, /12 euros/);
    },
  },
  {
    name: "responses.create({tool_choice: function})",
    run: async (world) => {
      const response = await world.openai.responses.create({
        model: SCRIPTED,
        input: "What does it cost? #calls-function",
        tools: [{ type: "function", name: "lookup", strict: false, parameters: null }],
        tool_choice: { type: "function", name: "lookup" },
      });
      assert.equal(response.output[0]?.type, "function_call");
    },
  },
  {
    name: "responses.create({text: {format: json_object}})",
    run: async (world) => {
      const response = await world.openai.responses.create({
        model: SCRIPTED,
        input: "How many years? Answer as JSON. #json",
        text: { format: { type: "json_object" } },
      });
      assert.ok(JSON.parse(response.output_text));
    },
  },
  {
    name: "responses.parse({text: {format: zodTextFormat}})",
    run: async (world) => {
      const response = await world.openai.responses.parse({
        model: SCRIPTED,
        input: "How many years? #json",
        text: { format: zodTextFormat(Duration, "duration") },
      });
      assert.deepEqual(response.output_parsed, { years: [1], sure: true });
    },
  },
  {
    name: "responses.create({text: {format: json_schema}})",
    run: async ({ openai }) => {
      const response = await openai.responses.create({
        model: SCRIPTED,
        input: "How many years? #json",
        text: {
          format: {
            type: "json_schema",
            name: "duration",
            strict: true,
            schema: {
              type: "object",
              properties: {
                years: { type: "array", items: { type: "number" } },
                sure: { type: "boolean" },
              },
              required: ["years", "sure"],
              additionalProperties: false,
            },
          },
        },
      });
      assert.deepEqual(JSON.parse(response.output_text), { years: [1], sure: true });
    },
  },
  {
    name: "responses.parse({tools: zodResponsesFunction})",
    run: async ({ openai }) => {
      const response = await openai.responses.parse({
        model: SCRIPTED,
        input: "What does it cost? #calls-function",
        tools: [zodResponsesFunction({ name: "lookup", parameters: z.object({ id: z.string() }) })],
      });
      const calls = response.output.filter((item) => item.type === "function_call");
      assert.deepEqual(
        calls.map((call) => call.parsed_arguments),
        [{ id: "7" }, { id: "8" }],
      );
    },
  },
  {
    name: "responses.stream({text: {format: zodTextFormat}})",
    run: async ({ openai }) => {
      const stream = openai.responses.stream({
        model: SCRIPTED,
        input: "How many years? #json",
        text: { format: zodTextFormat(Duration, "duration") },
      });
      const { output_parsed } = await stream.finalResponse();
      assert.deepEqual(output_parsed, { years: [1], sure: true });
    },
  },
  {
    name: "responses.stream({tools: function})",
    run: async ({ openai }) => {
      const stream = openai.responses.stream({
        model: SCRIPTED,
        input: "What does it cost? #calls-function",
        tools: [zodResponsesFunction({ name: "lookup", parameters: z.object({ id: z.string() }) })],
      });
      let pieces = "";
      stream.on("response.function_call_arguments.delta", ({ delta }) => {
        pieces += delta;
      });
      await stream.finalResponse();
      assert.equal(pieces, '{"id":"7"}{"id":"8"}');
    },
  },
  {
    name: "responses.stream({tools: function}), whose arguments the model mends",
    run: async ({ openai }) => {
      const parameters = z.object({ note: z.string(), count: z.number() });
      const stream = openai.responses.stream({
        model: SCRIPTED,
        input: "Order two #strict-continues",
        tools: [zodResponsesFunction({ name: "order", parameters })],
      });
      let pieces = "";
      stream.on("response.function_call_arguments.delta", ({ delta }) => {
        pieces += delta;
      });
      const { output } = await stream.finalResponse();
      assert.deepEqual(
        output.map((item) => item.type === "function_call" && item.parsed_arguments),
        [{ note: "ré", count: 2 }],
      );
      assert.deepEqual(JSON.parse(pieces), { note: "ré", count: 2 });
    },
  },
  {
    name: "responses.create({tools: function and file_search})",
    run: async (world) => {
      const response = await world.openai.responses.create({
        model: SCRIPTED,
        input: `${LEAVE.question} #cites`,
        tools: [
          { type: "file_search", vector_store_ids: [world.storeId] },
          { type: "function", name: "lookup", strict: false, parameters: { type: "object" } },
        ],
      });
      assertCited(response);
    },
  },
  {
    name: "responses.create({input: function_call and its output})",
    run: async ({ openai }) => {
      const response = await openai.responses.create({
        model: SCRIPTED,
        tools: [{ type: "function", name: "lookup", strict: false, parameters: null }],
        input: [
          { role: "user", content: "What does it cost? #calls-function-once" },
          { type: "function_call", call_id: "call_1", name: "lookup", arguments: "{}" },
          {
            type: "function_call_output",
            call_id: "call_1",
            output: [{ type: "input_text", text: "12 euros" }],
          },
        ],
      });
      assert.match(response.output_text, /12 euros/);
    },
  },
];
