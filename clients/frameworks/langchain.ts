import assert from "node:assert/strict";

import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";

import type { Call } from "../call.ts";
import { BUILT_IN, NOTICE, LEAVE, SCRIPTED, storeModel, type World } from "../world.ts";

const connect = ({ baseURL, apiKey }: World, model: string, useResponsesApi: boolean) =>
  new ChatOpenAI({ model, apiKey, useResponsesApi, configuration: { baseURL } });

const LOOKUP = tool(({ id }) => `${id} euros`, {
  name: "lookup",
  description: "Looks up a price.",
  schema: z.object({ id: z.string() }),
});

/** Two turns with the store. `file_search` is a tool of responses and a member of chat completions. */
const turns = (model: string, useResponsesApi: boolean): Call => ({
  name: `ChatOpenAI({useResponsesApi: ${useResponsesApi}}) ${model}: two turns`,
  run: async (world) => {
    const store = { vector_store_ids: [world.storeId] };
    const chat = connect(world, model, useResponsesApi);
    const asking = useResponsesApi
      ? chat.withConfig({ tools: [{ type: "file_search", ...store }] })
      : new ChatOpenAI({
          model,
          apiKey: world.apiKey,
          configuration: { baseURL: world.baseURL },
          modelKwargs: { file_search: store },
        });
    const question = new HumanMessage(LEAVE.question);
    const first = await asking.invoke([question]);
    assert.match(first.text, LEAVE.answer);
    const second = await asking.invoke([question, first, new HumanMessage(NOTICE.question)]);
    assert.match(second.text, NOTICE.answer);
  },
});

/** The test calls of LangChain's packages. */
export const LANGCHAIN_CALLS: readonly Call[] = [
  turns(BUILT_IN, true),
  turns(SCRIPTED, true),
  turns(BUILT_IN, false),
  turns(SCRIPTED, false),
  {
    name: "ChatOpenAI, a store as the model: stream",
    run: async (world) => {
      const store = storeModel(world, BUILT_IN);
      const chat = connect({ ...world, ...store }, store.model, false);
      let text = "";
      for await (const chunk of await chat.stream(LEAVE.question)) text += chunk.text;
      assert.match(text, LEAVE.answer);
    },
  },
  ...[true, false].map((useResponsesApi): Call => ({
    name: `ChatOpenAI({useResponsesApi: ${useResponsesApi}}): tools`,
    run: async (world) => {
      const chat = connect(world, SCRIPTED, useResponsesApi).bindTools([LOOKUP]);
      const question = new HumanMessage("What does it cost? #calls-function-once");
      const first = await chat.invoke([question]);
      const results = await Promise.all(
        (first.tool_calls ?? []).map((call) => LOOKUP.invoke(call)),
      );
      assert.ok(results.every((result) => result instanceof ToolMessage));
      const second = await chat.invoke([question, first, ...results]);
      assert.ok(second instanceof AIMessage);
      assert.match(second.text, /7 euros/);
    },
  })),
  ...[true, false].map((useResponsesApi): Call => ({
    name: `ChatOpenAI({useResponsesApi: ${useResponsesApi}}): withStructuredOutput`,
    run: async (world) => {
      const chat = connect(world, SCRIPTED, useResponsesApi).withStructuredOutput(
        z.object({ years: z.array(z.number()), sure: z.boolean() }),
        { name: "duration", method: "jsonSchema" },
      );
      assert.deepEqual(await chat.invoke("How many years? #json"), { years: [1], sure: true });
    },
  })),
  {
    name: "OpenAIEmbeddings: embedDocuments",
    run: async ({ baseURL, apiKey }) => {
      const embeddings = new OpenAIEmbeddings({
        model: "hash-1",
        apiKey,
        configuration: { baseURL },
      });
      assert.equal((await embeddings.embedDocuments(["a", "b"])).length, 2);
    },
  },
];
