import type { LanguageModelV3StreamPart } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";

import { openAiCompatible } from "../../../src/platform/models/providers.ts";
import { type WorkersAi, workersAiFetch } from "../../../src/platform/models/workers-ai.ts";

/**
 * The assumed replies of Workers AI, never verified with the service: older models stream `response`, newer ones
 * OpenAI's chunks.
 */
const fakeAi: WorkersAi = {
  run: async (model, inputs) => {
    if ("text" in inputs && Array.isArray(inputs.text)) {
      return Response.json({ shape: [2, 2], data: inputs.text.map(() => [3, 4]) });
    }
    if (model.endsWith("missing")) return Response.json({ errors: [] }, { status: 404 });
    const whole = model.includes("native") ? NATIVE : OPENAI;
    const events = model.endsWith("cut") ? whole.slice(0, 1) : whole;
    return new Response(events.map((event) => `data: ${event}\n\n`).join(""), {
      headers: { "content-type": "text/event-stream" },
    });
  },
};

const NATIVE = [
  '{"response":"Two "}',
  '{"response":"years."}',
  '{"response":"","tool_calls":[{"name":"order","arguments":{"id":7}}]}',
  '{"response":"","usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}',
  "[DONE]",
];
const OPENAI = [
  '{"choices":[{"index":0,"delta":{"content":"Two years."},"finish_reason":null}]}',
  '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"order","arguments":"{\\"id\\":7}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}',
  "[DONE]",
];

const provider = openAiCompatible("workers-ai", {
  baseURL: "https://workers-ai.invalid/v1",
  fetch: workersAiFetch(fakeAi),
});

async function readParts(model: string): Promise<LanguageModelV3StreamPart[]> {
  const { stream } = await provider.languageModel(model).doStream({
    prompt: [{ role: "user", content: [{ type: "text", text: "How long?" }] }],
  });
  const parts: LanguageModelV3StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

describe("a model of Workers AI", () => {
  it.each(["@cf/native", "@cf/openai"])("streams text, calls and usage: %s", async (model) => {
    const parts = await readParts(model);
    const text = parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");

    expect(text).toBe("Two years.");
    expect(parts.find((part) => part.type === "tool-call")).toMatchObject({
      toolName: "order",
      input: '{"id":7}',
    });
    expect(parts.at(-1)).toMatchObject({
      type: "finish",
      finishReason: { unified: "tool-calls" },
      usage: { inputTokens: { total: 9 }, outputTokens: { total: 4 } },
    });
  });

  it.each(["@cf/native-cut", "@cf/openai-cut"])("has no end if it was cut: %s", async (model) => {
    expect((await readParts(model)).map(({ type }) => type)).toContain("error");
  });

  it("embeds texts", async () => {
    const model = provider.embeddingModel("@cf/embedding");
    const { embeddings } = await model.doEmbed({ values: ["a", "b"] });

    expect(embeddings).toEqual([
      [3, 4],
      [3, 4],
    ]);
  });

  it("fails with the status of Workers AI", async () => {
    await expect(readParts("@cf/missing")).rejects.toMatchObject({ statusCode: 404 });
  });
});
