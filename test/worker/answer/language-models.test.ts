import { env } from "cloudflare:workers";
import { beforeAll, describe, inject, it, vi } from "vitest";

import type { AnswerEvent } from "../../../src/answer/answer-request.ts";
import { embeddingModels } from "../../../src/platform/models/embedding-models.ts";
import { languageModels, listModels } from "../../../src/platform/models/language-models.ts";
import {
  answer,
  asked,
  finding,
  lastEvent,
  joinText,
  WARRANTY,
} from "../../rules/answer/generate-cases.ts";

const QUESTION = "How long does the warranty of the kettle last?";

/** Configures one model of the scripted server in the deployment of these tests. */
const withModel = (model: string): Env =>
  Object.assign(
    { ...env },
    {
      LLM_BASE_URL: inject("openAiServer"),
      LLM_MODEL: model,
      EMBEDDING_MODEL: `${model}-embedding`,
    },
  );

/** Asks with the search before the model call, so that one answer needs one call. */
function ask(deployment: Env, model: string, script: string): Promise<AnswerEvent[]> {
  const deps = { ...finding([WARRANTY]).deps, model: languageModels(deployment) };
  const toolChoice = { type: "file_search" as const };
  return answer(deps, asked(QUESTION, { model, instructions: `#${script}`, toolChoice }));
}

const ids = (deployment: Env) => listModels(deployment).map(({ id }) => id);

describe("the models of a deployment", () => {
  beforeAll(() => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
  });

  it("answer over the network, with checked citations", async ({ expect }) => {
    const events = await ask(withModel("good"), "good", "cites");

    expect(joinText(events)).toBe("The warranty of the kettle lasts two years.");
    expect(lastEvent(events)).toMatchObject({ degraded: null, grounding: { status: "grounded" } });
  });

  it("are no longer called when they keep failing", async ({ expect }) => {
    const deployment = withModel("bad");
    const reasons: unknown[] = [];
    for (let call = 0; call < 3; call++) {
      const events = await ask(deployment, "bad", "fails");
      reasons.push(lastEvent(events).degraded?.reason);
      expect(joinText(events)).toContain("lasts two years");
    }

    expect(reasons).toEqual(["server_error", "circuit_open", "circuit_open"]);
  });

  it("are listed, the built-in ones always", ({ expect }) => {
    expect(ids(env)).toEqual(["extractive-1", "hash-1"]);
    expect(ids(withModel("good"))).toEqual(["good", "good-embedding", "extractive-1", "hash-1"]);
    expect(languageModels(env)("good")).toBeNull();
    expect(embeddingModels(env)("good-embedding")).toBeNull();
  });

  it("embed texts into vectors of unit length, in the order of the texts", async ({ expect }) => {
    const embedder = embeddingModels(withModel("good"))("good-embedding");
    const texts = Array.from({ length: 130 }, (_, index) => `text ${"a".repeat(index)}`);
    const vectors = (await embedder?.embed(texts)) ?? [];
    const [last] = (await embedder?.embed(texts.slice(-1))) ?? [];

    expect(vectors).toHaveLength(130);
    expect(vectors.at(-1)).toEqual(last);
    expect(embedder?.dimensions).toBe(8);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1);
  });

  it("report that they cannot embed, so that the caller can continue without vectors", async ({
    expect,
  }) => {
    const embedder = embeddingModels(withModel("dead"))("dead-embedding");

    await expect(embedder?.embed(["#fails"])).rejects.toMatchObject({
      name: "ModelUnavailable",
      reason: "server_error",
    });
  });
});
