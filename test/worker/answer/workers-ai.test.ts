import type { LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import { env } from "cloudflare:workers";
import { beforeEach, describe, it, vi } from "vitest";

import { ModelUnavailable } from "../../../src/model-unavailable.ts";
import { embeddingModels } from "../../../src/platform/models/embedding-models.ts";
import { languageModels } from "../../../src/platform/models/language-models.ts";
import { openAiCompatible } from "../../../src/platform/models/providers.ts";
import {
  type WorkersAi,
  workersAiFetch,
} from "../../../src/platform/models/workers-ai/workers-ai.ts";
import { type AiFault, DEFAULT_MODELS, FakeAi } from "../../fakes/workers-ai.ts";

const { answering, embedding } = DEFAULT_MODELS;
const [LARGE = "", SMALL = ""] = answering;
const [EMBEDDING = ""] = embedding;
/** A model that answers in the older format. */
const NATIVE = "@cf/meta/llama-3.1-8b-instruct-fast";

/** Makes the real service a binding. */
const overHttp = (account: string, token: string): WorkersAi => ({
  run: async (model, inputs, { signal }) =>
    await fetch(`https://api.cloudflare.com/client/v4/accounts/${account}/ai/run/${model}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(inputs),
      ...(signal && { signal }),
    }),
});

/** The fake that answers `NATIVE` in the older format, too. */
const faked: WorkersAi = {
  run: (model, inputs) => new FakeAi().run(model === NATIVE ? "@cf/native" : model, inputs),
};
const [account, token] = env.TEST_WORKERS_AI.split(":");
const real = account && token ? overHttp(account, token) : null;

const ask = (text: string): LanguageModelV3CallOptions => ({
  prompt: [{ role: "user", content: [{ type: "text", text }] }],
  maxOutputTokens: 2_000,
});

async function readStream(ai: WorkersAi, model: string, call: LanguageModelV3CallOptions) {
  const { stream } = await connect(ai).languageModel(model).doStream(call);
  const parts: LanguageModelV3StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
const connect = (ai: WorkersAi) =>
  openAiCompatible("workers-ai", {
    baseURL: "https://workers-ai.invalid/v1",
    fetch: workersAiFetch(ai),
  });
const textOf = (parts: readonly LanguageModelV3StreamPart[]) =>
  parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");

/** Tests of the fake and of the real service. */
describe.each([
  ["a fake of Workers AI", faked],
  ["Workers AI itself (TEST_WORKERS_AI=ACCOUNT_ID:API_TOKEN, else skipped)", real],
] as const)("%s", (_name, ai) => {
  describe.skipIf(ai === null)("by the adapter", () => {
    const bound = ai ?? faked;

    it.for([LARGE, SMALL, NATIVE])("streams and counts: %s", async (model, { expect }) => {
      const parts = await readStream(bound, model, ask("Say one sentence about tea. #uncited"));

      expect(textOf(parts)).toMatch(/\w+.*\./s);
      expect(parts.at(-1)).toMatchObject({
        type: "finish",
        finishReason: { unified: "stop" },
        usage: { outputTokens: { total: expect.any(Number) } },
      });
    });

    it.for([LARGE, SMALL, NATIVE])("answers as a whole: %s", async (model, { expect }) => {
      const call = ask("Say one sentence about tea. #uncited");
      const { content, usage } = await connect(bound).languageModel(model).doGenerate(call);
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");

      expect(text).toMatch(/\w+.*\./s);
      expect(usage.outputTokens.total).toBeGreaterThan(0);
    });

    it.for([LARGE, SMALL, NATIVE])("calls a tool: %s", async (model, { expect }) => {
      const parts = await readStream(bound, model, {
        ...ask("Look up the order with id 7, with the tool. #calls-function-once"),
        tools: [
          {
            type: "function",
            name: "lookup",
            description: "Looks up an order.",
            inputSchema: {
              type: "object",
              properties: { id: { type: "string" } },
              required: ["id"],
            },
          },
        ],
        toolChoice: { type: "auto" },
      });
      const call = parts.find((part) => part.type === "tool-call");

      expect(call).toMatchObject({ toolName: "lookup" });
      expect(JSON.parse(call?.type === "tool-call" ? call.input : "")).toHaveProperty("id");
      expect(parts.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls" } });
    });

    it("embeds into 1,024 numbers a text", async ({ expect }) => {
      const model = connect(bound).embeddingModel(EMBEDDING);
      const { embeddings } = await model.doEmbed({ values: ["tea", "coffee", "tea"] });

      expect(embeddings.map(({ length }) => length)).toEqual([1_024, 1_024, 1_024]);
      expect(embeddings[0]).not.toEqual(embeddings[1]);
    });
  });
});

describe("a model of Workers AI that fails", () => {
  let ai: FakeAi;
  beforeEach(() => {
    ai = new FakeAi();
    vi.spyOn(console, "warn").mockImplementation(() => {});
    Object.assign(env, { EDITION: "production", AI: ai });
  });

  /** Calls a model under its circuit breaker, and returns the error. */
  async function failure(fault: AiFault, model: string): Promise<ModelUnavailable> {
    Object.assign(env, { LLM_MODEL: model });
    ai.faults.set(model, fault);
    try {
      const call = ask("How long? #uncited");
      for await (const part of languageModels(env)(model)?.stream(call, () => false) ?? []) {
        if (part.type === "finish") break;
      }
    } catch (error) {
      if (error instanceof ModelUnavailable) return error;
      throw error;
    }
    throw new Error("The model answered");
  }

  it.for([
    [{ code: 5007 }, "not_found"],
    [{ code: 5007, as: "thrown" }, "not_found"],
    [{ code: 5007, as: "envelope" }, "not_found"],
    [{ code: 3042 }, "not_found"],
    [{ code: 5016 }, "unauthorized"],
    [{ code: 5004 }, "request_refused"],
    [{ code: 3006 }, "request_refused"],
    [{ code: 3007 }, "timeout"],
    [{ code: 3036 }, "rate_limited"],
    [{ code: 4006, as: "thrown" }, "rate_limited"],
    [{ code: 4006, as: "envelope" }, "rate_limited"],
    [{ code: 3040 }, "server_error"],
    [{ code: 3040, as: "thrown" }, "server_error"],
    [{ stream: "error" }, "server_error"],
    [{ stream: "cut" }, "interrupted"],
    [{ lost: true }, "connection_refused"],
  ] as const)("is away by its true reason: %o, %s", async ([fault, reason], { expect }) => {
    const model = `@cf/test/${crypto.randomUUID().slice(0, 8)}`;
    const error = await failure(fault, model);

    expect(error).toMatchObject({ name: "ModelUnavailable", reason });
    expect(error.message).not.toContain("LLM_BASE_URL");
    expect(error.message).not.toContain("LLM_API_KEY");
  });

  it("is asked again after midnight when the free allocation is used up", async ({ expect }) => {
    const { retryAfterMs } = await failure({ code: 4006 }, "@cf/test/used-up");
    const midnight = (Date.now() + retryAfterMs) % 86_400_000;

    expect(Math.min(midnight, 86_400_000 - midnight)).toBeLessThan(10_000);
    expect(ai.called).toEqual(["@cf/test/used-up"]);
  });

  it("embeds in smaller calls where it refuses too many texts together", async ({ expect }) => {
    ai.textsMax = 20;
    const texts = Array.from({ length: 90 }, (_, index) => `text ${"a".repeat(index)}`);
    const vectors = (await embeddingModels(env)(EMBEDDING)?.embed(texts)) ?? [];
    const [last] = (await embeddingModels(env)(EMBEDDING)?.embed(texts.slice(-1))) ?? [];

    expect(vectors).toHaveLength(90);
    expect(vectors.at(-1)).toEqual(last);
  });
});
