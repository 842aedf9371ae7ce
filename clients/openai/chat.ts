import assert from "node:assert/strict";

import type { Call } from "../call.ts";
import { BUILT_IN, NOTICE, LEAVE, SCRIPTED, type World } from "../world.ts";

/** The body of a question; `file_search` is an extension that the types of the package do not know. */
const ask = ({ storeId }: World) => ({
  model: BUILT_IN,
  messages: [{ role: "user" as const, content: LEAVE.question }],
  file_search: { vector_store_ids: [storeId] },
});

/** A call of `chat.completions.create` with the question and these options, whose answer must be right. */
const answers = (name: string, options: object, answer = LEAVE.answer): Call => ({
  name: `chat.completions.create({${name}})`,
  run: async (world) => {
    const made = await world.openai.chat.completions.create({
      ...ask(world),
      ...options,
      stream: false,
    });
    assert.match(made.choices[0]?.message.content ?? "", answer);
    assert.equal(made.choices[0]?.finish_reason, "stop");
    assert.ok((made.usage?.total_tokens ?? 0) > 0);
  },
});

const refuses = (
  name: string,
  options: object,
  param: string,
  documented = `\`${param}\``,
): Call => ({
  name: `chat.completions.create({${name}})`,
  refused: { status: 400, param, documented },
  run: (world) =>
    world.openai.chat.completions.create({ ...ask(world), ...options, stream: false }),
});

/** A call of a method for stored completions, which this service does not have. */
const isMissing = (method: string, run: Call["run"], status = 404): Call => ({
  name: `chat.completions.${method}()`,
  refused: { status, documented: "chat completions are not stored" },
  run,
});

/** The test calls of `openai.chat.completions`. */
export const CHAT_CALLS: readonly Call[] = [
  answers("model, messages, file_search", {}),
  answers("LLM", {
    model: SCRIPTED,
    messages: [{ role: "user", content: `${LEAVE.question} #cites` }],
  }),
  answers(
    "messages: system, user, assistant, user",
    {
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: LEAVE.question },
        { role: "assistant", content: "30 days." },
        { role: "user", content: NOTICE.question },
      ],
    },
    NOTICE.answer,
  ),
  answers("messages: parts of text", {
    messages: [{ role: "user", content: [{ type: "text", text: LEAVE.question }] }],
  }),
  answers("max_completion_tokens", { max_completion_tokens: 500 }),
  answers("max_tokens", { max_tokens: 500 }),
  answers("temperature, top_p, seed", { temperature: 0, top_p: 1, seed: 7 }),
  answers("presence_penalty: 0, frequency_penalty: 0", {
    presence_penalty: 0,
    frequency_penalty: 0,
  }),
  answers("n: 1, logprobs: false, logit_bias: {}", { n: 1, logprobs: false, logit_bias: {} }),
  answers("user, safety_identifier, metadata", {
    user: "someone",
    safety_identifier: "someone",
    metadata: { from: "clients" },
  }),
  answers("reasoning_effort, verbosity", { reasoning_effort: "low", verbosity: "low" }),
  answers("response_format: text", { response_format: { type: "text" } }),
  answers("store: false, service_tier", { store: false, service_tier: "auto" }),
  {
    name: "chat.completions.create({stop})",
    run: async ({ openai }) => {
      const made = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "How long? #uncited" }],
        stop: ["two"],
      });
      assert.equal(made.choices[0]?.message.content?.trimEnd(), "The answer is");
    },
  },
  {
    name: "chat.completions.create({stream: true, stream_options: {include_usage}})",
    run: async (world) => {
      const stream = await world.openai.chat.completions.create({
        ...ask(world),
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = "";
      let tokens = 0;
      for await (const { choices, usage } of stream) {
        text += choices[0]?.delta.content ?? "";
        tokens += usage?.total_tokens ?? 0;
      }
      assert.match(text, LEAVE.answer);
      assert.ok(tokens > 0);
    },
  },
  {
    name: "chat.completions.stream()",
    run: async (world) => {
      const stream = world.openai.chat.completions.stream(ask(world));
      assert.match((await stream.finalContent()) ?? "", LEAVE.answer);
    },
  },
  isMissing("retrieve", ({ openai }) => openai.chat.completions.retrieve("chatcmpl-1")),
  isMissing("update", ({ openai }) =>
    openai.chat.completions.update("chatcmpl-1", { metadata: {} }),
  ),
  isMissing("list", ({ openai }) => openai.chat.completions.list(), 405),
  isMissing("delete", ({ openai }) => openai.chat.completions.delete("chatcmpl-1")),
  isMissing("messages.list", ({ openai }) => openai.chat.completions.messages.list("chatcmpl-1")),
  refuses("n: 2", { n: 2 }, "n"),
  refuses("logprobs: true", { logprobs: true }, "logprobs"),
  answers("messages: developer, user with a name", {
    messages: [
      { role: "developer", content: "Be kind." },
      { role: "user", name: "Ada", content: LEAVE.question },
    ],
  }),
  answers("stop: null, tools: null", { stop: null, tools: null, response_format: null }),
  answers("prompt_cache_key, prediction, top_logprobs: 0", {
    prompt_cache_key: "a",
    prediction: { type: "content", content: "30 days" },
    top_logprobs: 0,
  }),
  {
    name: "chat.completions.create({stream: true}), cut off by the client",
    run: async ({ openai }) => {
      const stream = await openai.chat.completions.create({
        model: SCRIPTED,
        messages: [{ role: "user", content: "How long? #pauses-once" }],
        stream: true,
      });
      for await (const _ of stream) break;
      assert.equal(stream.controller.signal.aborted, true);
    },
  },
  {
    name: "chat.completions.create({file_search: {filters}})",
    run: async (world) => {
      const { vector_store_ids } = ask(world).file_search;
      const filters = { type: "eq", key: "town", value: "Kiel" };
      const searching = { ...ask(world), file_search: { vector_store_ids, filters } };
      const made = await world.openai.chat.completions.create(searching);
      assert.match(made.choices[0]?.message.content ?? "", LEAVE.answer);
    },
  },
];
