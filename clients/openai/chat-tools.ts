import assert from "node:assert/strict";

import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

import type { Call } from "../call.ts";
import { SCRIPTED } from "../world.ts";

const LOOKUP = {
  type: "function" as const,
  function: {
    name: "lookup",
    parameters: {
      type: "object",
      properties: { id: { type: "string" } },
      required: ["id"],
      additionalProperties: false,
    },
  },
};

const Duration = z.object({ years: z.array(z.number()), sure: z.boolean() });

/** The test calls of `openai.chat.completions` with function tools and with response formats. */
export const CHAT_TOOL_CALLS: readonly Call[] = [
  {
    name: "chat.completions.create({tools}), then the result",
    run: async ({ openai }) => {
      const question = {
        role: "user" as const,
        content: "What does it cost? #calls-function-once",
      };
      const asked = { model: SCRIPTED, tools: [LOOKUP] };
      const first = await openai.chat.completions.create({ ...asked, messages: [question] });
      const message = first.choices[0]?.message;
      const call = message?.tool_calls?.[0];
      assert.ok(message && call);
      assert.equal(first.choices[0]?.finish_reason, "tool_calls");
      const second = await openai.chat.completions.create({
        ...asked,
        messages: [question, message, { role: "tool", tool_call_id: call.id, content: "12 euros" }],
      });
      assert.match(second.choices[0]?.message.content ?? "", /12 euros/);
    },
  },
  {
    name: "chat.completions.create({tool_choice})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "What does it cost? #calls-function" }],
        tools: [LOOKUP],
        tool_choice: { type: "function", function: { name: "lookup" } },
        parallel_tool_calls: true,
      });
      assert.equal(made.choices[0]?.message.tool_calls?.length, 2);
    },
  },
  {
    name: "chat.completions.create({tools, stream: true})",
    run: async ({ openai }) => {
      const stream = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "What does it cost? #calls-function" }],
        tools: [LOOKUP],
        stream: true,
      });
      const names: string[] = [];
      for await (const { choices } of stream) {
        for (const { function: called } of choices[0]?.delta.tool_calls ?? []) {
          if (called?.name) names.push(called.name);
        }
      }
      assert.deepEqual(names, ["lookup", "lookup"]);
    },
  },
  {
    name: "chat.completions.create({response_format: json_object})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "How many years? Answer as JSON. #json" }],
        response_format: { type: "json_object" },
      });
      assert.ok(JSON.parse(made.choices[0]?.message.content ?? ""));
    },
  },
  {
    name: "chat.completions.parse({response_format: zodResponseFormat})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.parse({
        model: SCRIPTED,
        messages: [{ role: "user", content: "How many years? #json" }],
        response_format: zodResponseFormat(Duration, "duration"),
      });
      assert.deepEqual(made.choices[0]?.message.parsed, { years: [1], sure: true });
    },
  },
  {
    name: "chat.completions.runTools()",
    run: async ({ openai }) => {
      const runner = openai.chat.completions.runTools({
        model: SCRIPTED,
        messages: [{ role: "user", content: "What does it cost? #calls-function-once" }],
        tools: [
          {
            type: "function",
            function: {
              ...LOOKUP.function,
              description: "Looks up a price.",
              parse: (text: string) => z.object({ id: z.string() }).parse(JSON.parse(text)),
              function: ({ id }: { id: string }) => `${id} euros`,
            },
          },
        ],
      });
      assert.match((await runner.finalContent()) ?? "", /7 euros/);
    },
  },
  {
    name: "chat.completions.create({response_format: json_schema})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "How many years? #json" }],
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "duration",
            schema: {
              type: "object",
              properties: { years: { type: "array", items: { type: "number" } } },
              required: ["years"],
            },
          },
        },
      });
      assert.deepEqual(JSON.parse(made.choices[0]?.message.content ?? ""), {
        years: [1],
        sure: true,
      });
    },
  },
  {
    name: "chat.completions.parse({tools: zodFunction})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.parse({
        model: SCRIPTED,
        messages: [{ role: "user", content: "What does it cost? #calls-function" }],
        tools: [zodFunction({ name: "lookup", parameters: z.object({ id: z.string() }) })],
      });
      const [call] = made.choices[0]?.message.tool_calls ?? [];
      assert.deepEqual(call?.type === "function" && call.function.parsed_arguments, { id: "7" });
    },
  },
  {
    name: "chat.completions.runTools({stream: true})",
    run: async ({ openai }) => {
      const runner = openai.chat.completions.runTools({
        model: SCRIPTED,
        stream: true,
        messages: [{ role: "user", content: "What does it cost? #calls-function-once" }],
        tools: [
          {
            type: "function",
            function: { ...LOOKUP.function, description: "A price.", function: () => "12 euros" },
          },
        ],
      });
      assert.match((await runner.finalContent()) ?? "", /12 euros/);
    },
  },
];
