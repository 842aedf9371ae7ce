import assert from "node:assert/strict";

import { createOpenResponses } from "@ai-sdk/open-responses";
import { createOpenAI } from "@ai-sdk/openai";
import {
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  tool,
} from "ai";
import { z } from "zod";

import type { Call } from "../call.ts";
import { BUILT_IN, NOTICE, LEAVE, SCRIPTED, storeModel, type World } from "../world.ts";

const provider = ({ baseURL, apiKey }: Pick<World, "baseURL" | "apiKey">) =>
  createOpenAI({ baseURL, apiKey });

const fileSearch = (world: World) => ({
  file_search: provider(world).tools.fileSearch({ vectorStoreIds: [world.storeId] }),
});

const COST = tool({
  description: "Looks up a price.",
  inputSchema: z.object({ id: z.string() }),
  execute: ({ id }) => `${id} euros`,
});

/** Calls that each way to a model must serve. `ask` gives the model and the tools that find the store. */
function callsOf(
  name: string,
  ask: (
    world: World,
    model: string,
  ) => { model: LanguageModel; tools?: ReturnType<typeof fileSearch> },
  useModel: (world: World, model: string) => LanguageModel,
): Call[] {
  const models = [BUILT_IN, SCRIPTED];
  const turns = models.map((model): Call => ({
    name: `${name} ${model}: generateText, three turns`,
    run: async (world) => {
      const asked = ask(world, model);
      const messages: ModelMessage[] = [];
      for (const [question, answer] of [
        [LEAVE.question, LEAVE.answer],
        [NOTICE.question, NOTICE.answer],
        [LEAVE.question, LEAVE.answer],
      ] as const) {
        messages.push({ role: "user", content: question });
        const { text, response } = await generateText({ ...asked, messages });
        assert.match(text, answer);
        messages.push(...response.messages);
      }
    },
  }));
  return [
    ...turns,
    {
      name: `${name} ${BUILT_IN}: streamText`,
      run: async (world) => {
        const result = streamText({ ...ask(world, BUILT_IN), prompt: LEAVE.question });
        let text = "";
        for await (const delta of result.textStream) text += delta;
        assert.match(text, LEAVE.answer);
      },
    },
    {
      name: `${name} ${SCRIPTED}: generateText, tools`,
      run: async (world) => {
        const { text, steps } = await generateText({
          model: useModel(world, SCRIPTED),
          tools: { lookup: COST },
          stopWhen: isStepCount(3),
          prompt: "What does it cost? #calls-function-once",
        });
        assert.equal(steps.length, 2);
        assert.match(text, /7 euros/);
      },
    },
    {
      name: `${name} ${SCRIPTED}: streamText, tools`,
      run: async (world) => {
        const result = streamText({
          model: useModel(world, SCRIPTED),
          tools: { lookup: COST },
          stopWhen: isStepCount(3),
          prompt: "What does it cost? #calls-function-once",
        });
        assert.match(await result.text, /7 euros/);
      },
    },
    {
      name: `${name} ${SCRIPTED}: generateText, an object`,
      run: async (world) => {
        const { output } = await generateText({
          model: useModel(world, SCRIPTED),
          output: Output.object({
            schema: z.object({ years: z.array(z.number()), sure: z.boolean() }),
          }),
          prompt: "How many years? #json",
        });
        assert.deepEqual(output, { years: [1], sure: true });
      },
    },
  ];
}

const openResponses = ({ baseURL, apiKey }: Pick<World, "baseURL" | "apiKey">, model: string) =>
  createOpenResponses({ name: "edgewise", url: `${baseURL}/responses`, apiKey })(model);

/** The test calls of the AI SDK: by its providers for responses, for chat completions and for Open Responses. */
export const AI_SDK_CALLS: readonly Call[] = [
  ...callsOf(
    "openai.responses()",
    (world, model) => ({ model: provider(world).responses(model), tools: fileSearch(world) }),
    (world, model) => provider(world).responses(model),
  ),
  {
    name: `openai.responses() ${BUILT_IN}: sources`,
    run: async (world) => {
      const { sources } = await generateText({
        model: provider(world).responses(BUILT_IN),
        tools: fileSearch(world),
        prompt: LEAVE.question,
      });
      assert.equal(sources[0]?.sourceType, "document");
    },
  },
  ...callsOf(
    "openai.chat()",
    (world, model) => {
      const store = storeModel(world, model);
      return { model: provider({ ...world, ...store }).chat(store.model) };
    },
    (world, model) => provider(world).chat(model),
  ),
  ...callsOf(
    "open-responses",
    (world, model) => {
      const store = storeModel(world, model);
      return { model: openResponses({ ...world, ...store }, store.model) };
    },
    openResponses,
  ),
];
