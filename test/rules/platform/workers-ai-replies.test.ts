import { describe, expect, it } from "vitest";

import { openAiCompatible } from "../../../src/platform/models/providers.ts";
import { workersAiFetch } from "../../../src/platform/models/workers-ai/workers-ai.ts";

/** Makes the provider of a binding that always answers with this reply, as JSON. */
const answering = (reply: unknown, status = 200) =>
  openAiCompatible("workers-ai", {
    baseURL: "https://workers-ai.invalid/v1",
    fetch: workersAiFetch({ run: async () => Response.json(reply, { status }) }),
  });

const CALL = {
  prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: "?" }] }],
};
const CALLED = { name: "order", arguments: { id: 7 } };
const CHOICE = { message: { role: "assistant", content: "Two." }, finish_reason: "stop" };

/** Reads the text and the calls of a reply, asked for as a whole and as a stream. */
async function readBoth(reply: unknown) {
  const model = answering(reply).languageModel("@cf/test");
  const whole = await model.doGenerate(CALL);
  const { stream } = await model.doStream(CALL);
  const streamed: string[] = [];
  for await (const part of stream) {
    if (part.type === "text-delta") streamed.push(part.delta);
    if (part.type === "tool-call") streamed.push(part.input);
  }
  const said = whole.content.map((part) =>
    part.type === "text" ? part.text : part.type === "tool-call" ? part.input : "",
  );
  return [said.join(""), streamed.join("")];
}

describe("a reply of Workers AI that is not a stream", () => {
  it.each([
    ["text", { response: "Two." }, "Two."],
    ["a number", { response: 42, usage: { total_tokens: 3 } }, "42"],
    ["JSON", { response: { years: 2 } }, '{"years":2}'],
    ["a call", { response: null, tool_calls: [CALLED] }, '{"id":7}'],
    ["a call in OpenAI's form", { response: "", tool_calls: [{ function: CALLED }] }, '{"id":7}'],
    ["OpenAI's completion", { choices: [{ index: 0, ...CHOICE }] }, "Two."],
    ["an envelope", { success: true, errors: [], result: { response: "Two." } }, "Two."],
  ])("is read, also where a stream was asked for: %s", async (_name, reply, text) => {
    expect(await readBoth(reply)).toEqual([text, text]);
  });

  it.each([
    ["of the binding", { internalCode: 5007, description: "No such model" }, 404],
    ["of the REST API", { success: false, errors: [{ code: 5007, message: "No" }] }, 404],
    ["without a code", { errors: [] }, 500],
    ["of OpenAI's form", { error: { message: "No", code: "5007" } }, 404],
  ])("is an error %s", async (_name, reply, statusCode) => {
    const model = answering(reply, 500).languageModel("@cf/test");

    await expect(model.doGenerate(CALL)).rejects.toMatchObject({ statusCode });
    await expect(model.doStream(CALL)).rejects.toMatchObject({ statusCode });
  });

  it("is an error also with the status of a success", async () => {
    const reply = { success: false, errors: [{ code: 3040, message: "No capacity" }] };
    const provider = answering(reply);

    await expect(provider.languageModel("@cf/test").doGenerate(CALL)).rejects.toMatchObject({
      statusCode: 503,
    });
    await expect(
      provider.embeddingModel("@cf/test").doEmbed({ values: ["a"] }),
    ).rejects.toMatchObject({ statusCode: 503 });
  });

  it.each([
    ["older", { shape: [1, 2], data: [[3, 4]] }],
    ["OpenAI's", { object: "list", data: [{ object: "embedding", index: 0, embedding: [3, 4] }] }],
  ])("has vectors in the %s form", async (_name, reply) => {
    const { embeddings } = await answering(reply)
      .embeddingModel("@cf/test")
      .doEmbed({ values: ["a"] });

    expect(embeddings).toEqual([[3, 4]]);
  });
});
