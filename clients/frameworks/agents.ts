import assert from "node:assert/strict";

import {
  Agent,
  fileSearchTool,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
  tool,
} from "@openai/agents";
import { z } from "zod";

import type { Call } from "../call.ts";
import { BUILT_IN, NOTICE, LEAVE, SCRIPTED, type World } from "../world.ts";

setTracingDisabled(true);

const COST = tool({
  name: "lookup",
  description: "Looks up a price.",
  parameters: z.object({ id: z.string() }),
  execute: async ({ id }) => `${id} euros`,
});

const agentOf = ({ openai, storeId }: World, model: string) =>
  new Agent({
    name: "Librarian",
    model: new OpenAIResponsesModel(openai, model),
    tools: [fileSearchTool([storeId])],
  });

const chatAgent = ({ openai }: World, model: string, tools = [COST]) =>
  new Agent({ name: "Clerk", model: new OpenAIChatCompletionsModel(openai, model), tools });

async function twoTurns<A extends Parameters<typeof run>[0]>(agent: A): Promise<void> {
  const first = await run(agent, LEAVE.question);
  assert.match(String(first.finalOutput), LEAVE.answer);
  const second = await run(agent, [...first.history, { role: "user", content: NOTICE.question }]);
  assert.match(String(second.finalOutput), NOTICE.answer);
}

/** The test calls of the package `@openai/agents`. */
export const AGENT_CALLS: readonly Call[] = [
  ...[BUILT_IN, SCRIPTED].map((model): Call => ({
    name: `OpenAIResponsesModel ${model}, fileSearchTool: two turns`,
    run: (world) => twoTurns(agentOf(world, model)),
  })),
  {
    name: `OpenAIResponsesModel ${BUILT_IN}: previousResponseId`,
    run: async (world) => {
      const agent = agentOf(world, BUILT_IN);
      const { lastResponseId } = await run(agent, LEAVE.question);
      assert.ok(lastResponseId);
      const second = await run(agent, NOTICE.question, { previousResponseId: lastResponseId });
      assert.match(String(second.finalOutput), NOTICE.answer);
    },
  },
  {
    name: `OpenAIResponsesModel ${BUILT_IN}: conversationId`,
    run: async (world) => {
      const { id: conversationId } = await world.openai.conversations.create();
      const agent = agentOf(world, BUILT_IN);
      await run(agent, LEAVE.question, { conversationId });
      const second = await run(agent, NOTICE.question, { conversationId });
      assert.match(String(second.finalOutput), NOTICE.answer);
    },
  },
  {
    name: `OpenAIResponsesModel ${BUILT_IN}: stream`,
    run: async (world) => {
      const result = await run(agentOf(world, BUILT_IN), LEAVE.question, { stream: true });
      let text = "";
      for await (const part of result.toTextStream()) text += part;
      assert.match(text, LEAVE.answer);
    },
  },
  {
    name: `OpenAIResponsesModel ${SCRIPTED}: tools`,
    run: async ({ openai }) => {
      const agent = new Agent({
        name: "Clerk",
        model: new OpenAIResponsesModel(openai, SCRIPTED),
        tools: [COST],
      });
      const { finalOutput } = await run(agent, "What does it cost? #calls-function-once");
      assert.match(String(finalOutput), /7 euros/);
    },
  },
  {
    name: `OpenAIResponsesModel ${SCRIPTED}: outputType`,
    run: async ({ openai }) => {
      const agent = new Agent({
        name: "Clerk",
        model: new OpenAIResponsesModel(openai, SCRIPTED),
        outputType: z.object({ years: z.array(z.number()), sure: z.boolean() }),
      });
      const { finalOutput } = await run(agent, "How many years? #json");
      assert.deepEqual(finalOutput, { years: [1], sure: true });
    },
  },
  {
    name: "OpenAIChatCompletionsModel, a store as the model: two turns",
    run: (world) => twoTurns(chatAgent(world, `store:${world.storeId}`, [])),
  },
  {
    name: `OpenAIChatCompletionsModel ${SCRIPTED}: tools`,
    run: async (world) => {
      const { finalOutput } = await run(
        chatAgent(world, SCRIPTED),
        "What does it cost? #calls-function-once",
      );
      assert.match(String(finalOutput), /7 euros/);
    },
  },
];
