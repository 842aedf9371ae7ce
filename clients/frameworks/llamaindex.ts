import assert from "node:assert/strict";

import type { ChatMessage } from "@llamaindex/core/llms";
import { tool } from "@llamaindex/core/tools";
import { OpenAI, OpenAIEmbedding, OpenAIResponses } from "@llamaindex/openai";
import { z } from "zod";

import type { Call } from "../call.ts";
import { BUILT_IN, NOTICE, LEAVE, SCRIPTED, storeModel, type World } from "../world.ts";

const chatOf = ({ baseURL, apiKey }: World, model: string) =>
  new OpenAI({ model, apiKey, baseURL });

const LOOKUP = tool({
  name: "lookup",
  description: "Looks up a price.",
  parameters: z.object({ id: z.string() }),
  execute: ({ id }) => `${id} euros`,
});

/** A model of the package; the two classes differ in the options of their calls. */
type Chat = { chat(params: { messages: ChatMessage[] }): Promise<{ message: ChatMessage }> };

const textOf = ({ content }: ChatMessage): string =>
  typeof content === "string" ? content : JSON.stringify(content);

async function twoTurns(chat: Chat): Promise<void> {
  const messages: ChatMessage[] = [{ role: "user", content: LEAVE.question }];
  const first = await chat.chat({ messages });
  assert.match(textOf(first.message), LEAVE.answer);
  messages.push(first.message, { role: "user", content: NOTICE.question });
  const second = await chat.chat({ messages });
  assert.match(textOf(second.message), NOTICE.answer);
}

/** Options that the package passes on, though its types do not know them. */
const searching = (storeId: string): object => ({ file_search: { vector_store_ids: [storeId] } });

/** The test calls of LlamaIndex's packages. */
export const LLAMAINDEX_CALLS: readonly Call[] = [
  ...[BUILT_IN, SCRIPTED].map((model): Call => ({
    name: `OpenAI ${model}, a store as the model: two turns`,
    run: (world) => {
      const store = storeModel(world, model);
      return twoTurns(chatOf({ ...world, ...store }, store.model));
    },
  })),
  ...[BUILT_IN, SCRIPTED].map((model): Call => ({
    name: `OpenAI ${model}, file_search: two turns`,
    run: ({ baseURL, apiKey, storeId }) =>
      twoTurns(
        new OpenAI({
          model,
          apiKey,
          baseURL,
          additionalChatOptions: searching(storeId),
        }),
      ),
  })),
  ...[BUILT_IN, SCRIPTED].map((model): Call => ({
    name: `OpenAIResponses ${model}: two turns`,
    run: ({ baseURL, apiKey, storeId }) =>
      twoTurns(
        new OpenAIResponses({
          model,
          apiKey,
          baseURL,
          builtInTools: [{ type: "file_search", vector_store_ids: [storeId] }],
        }),
      ),
  })),
  {
    name: "OpenAI, a store as the model: stream",
    run: async (world) => {
      const chat = chatOf(world, `store:${world.storeId}`);
      const messages: ChatMessage[] = [{ role: "user", content: LEAVE.question }];
      let text = "";
      for await (const { delta } of await chat.chat({ messages, stream: true })) text += delta;
      assert.match(text, LEAVE.answer);
    },
  },
  {
    name: "OpenAI: exec, tools",
    run: async (world) => {
      const chat = chatOf(world, SCRIPTED);
      const messages: ChatMessage[] = [
        { role: "user", content: "What does it cost? #calls-function-once" },
      ];
      const called = await chat.exec({ messages, tools: [LOOKUP] });
      assert.ok(called.toolCalls.length > 0);
      const answered = await chat.exec({
        messages: [...messages, ...called.newMessages],
        tools: [LOOKUP],
      });
      const [last] = answered.newMessages;
      assert.match(last ? textOf(last) : "", /7 euros/);
    },
  },
  {
    name: "OpenAIEmbedding: getTextEmbeddings",
    run: async ({ baseURL, apiKey }) => {
      const embedding = new OpenAIEmbedding({ model: "hash-1", apiKey, baseURL });
      assert.equal((await embedding.getTextEmbeddings(["a", "b"])).length, 2);
    },
  },
];
