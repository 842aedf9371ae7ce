import { env } from "cloudflare:workers";
import { beforeEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { DEFAULT_MODELS, FakeAi } from "../../fakes/workers-ai.ts";
import { createLibrary } from "./library.ts";

const QUESTION = "When does the harbour open?";
const ANSWER = "The harbour opens at six in the morning.";
const { answering, embedding } = DEFAULT_MODELS;
const [LARGE = "", SMALL = ""] = answering;
const [EMBEDDING = ""] = embedding;
const Listed = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string(), default: z.boolean() })),
});
const TOOL = {
  type: "function" as const,
  name: "lookup",
  parameters: { type: "object", properties: {} },
  strict: false,
};

let ai: FakeAi;
beforeEach(() => {
  ai = new FakeAi();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  Object.assign(env, { EDITION: "production", LLM_MODEL: "", EMBEDDING_MODEL: "", AI: ai });
});

type Library = Awaited<ReturnType<typeof createLibrary>>;
const ask = async ({ client, tools }: Library, more: object = {}) =>
  await client.responses.create({ input: QUESTION, tools, ...more });
/** Searches a store and returns the texts with their scores by meaning. */
const find = async ({ client, store }: Library) => {
  const { data } = await client.vectorStores.search(store.id, { query: QUESTION });
  return data.flatMap(({ content }) => content.map(({ text }) => text)).join("\n");
};

describe("the production edition without configured models", () => {
  it("answers and embeds with Workers AI, and lists what it uses", async ({ expect }) => {
    const library = await createLibrary();
    const response = await ask(library);
    const { data } = Listed.parse(await (await library.fetch("/models")).json());

    expect(response).toMatchObject({ model: LARGE });
    expect(response.output_text).toContain(ANSWER);
    expect(response).not.toHaveProperty("degraded");
    expect(new Set(ai.called)).toEqual(new Set([EMBEDDING, LARGE]));
    expect(data.filter((model) => model.default).map(({ id }) => id)).toEqual([LARGE, EMBEDDING]);
    expect(data.map(({ id, owned_by }) => `${id} ${owned_by}`)).toEqual([
      `${LARGE} workers-ai`,
      `${SMALL} workers-ai`,
      `${EMBEDDING} workers-ai`,
      "extractive-1 edgewise",
      "hash-1 edgewise",
    ]);
  });

  it("answers with the next model where one is away, and says so", async ({ expect }) => {
    const library = await createLibrary();
    ai.faults.set(LARGE, { code: 5007 });
    const second = await ask(library);
    const withTool = await ask(library, { tools: [...library.tools, TOOL] });
    ai.faults.set(SMALL, { code: 4006 });
    const third = await ask(library);
    const stepped = await ask(library, { model: SMALL });

    const degraded = { from: LARGE, by: SMALL, reason: "not_found" };
    expect(second).toMatchObject({ model: SMALL, degraded });
    expect(withTool).toMatchObject({ model: SMALL, degraded });
    expect(third).toMatchObject({
      model: "extractive-1",
      degraded: { from: LARGE, by: "extractive-1", reason: "not_found" },
    });
    expect(stepped).toMatchObject({
      degraded: { from: SMALL, by: "extractive-1", reason: "rate_limited" },
    });
    for (const { output_text: text } of [second, third]) expect(text).toContain(ANSWER);
  });

  it("fails requests with functions or JSON where no language model answers", async ({
    expect,
  }) => {
    const library = await createLibrary();
    ai.faults.set(LARGE, { code: 5007 });
    ai.faults.set(SMALL, { code: 5016 });
    const failed = { code: "model_out_of_service", status: 502 };

    await expect(ask(library, { tools: [TOOL] })).rejects.toMatchObject(failed);
    await expect(ask(library, { text: { format: { type: "json_object" } } })).rejects.toMatchObject(
      failed,
    );
  });

  it("names the missing binding as the reason, and makes stores with hash-1", async ({
    expect,
  }) => {
    Object.assign(env, { AI: undefined });
    const library = await createLibrary();
    const response = await ask(library);
    const { data } = Listed.parse(await (await library.fetch("/models")).json());
    const failed = await ask(library, { tools: [TOOL] }).then(null, (error: unknown) => error);

    expect(response.output_text).toContain(ANSWER);
    expect(response).toMatchObject({
      degraded: { from: LARGE, by: "extractive-1", reason: "misconfigured" },
    });
    expect(data.filter((model) => model.default).map(({ id }) => id)).toEqual([LARGE, "hash-1"]);
    expect(failed).toMatchObject({ code: "model_out_of_service" });
    expect(String(failed)).toContain("has no binding 'AI'");
  });
});

describe("a vector store", () => {
  it("is made with hash-1 where its account has no embedding model", async ({ expect }) => {
    ai.faults.set(EMBEDDING, { code: 5007 });
    const library = await createLibrary();
    ai.faults.delete(EMBEDDING);
    ai.calls.splice(0);
    const response = await ask(library);

    expect(response.output_text).toContain(ANSWER);
    expect(ai.called).not.toContain(EMBEDDING);
  });

  it("keeps hash-1 when the edition changes, and asks no other model", async ({ expect }) => {
    Object.assign(env, { EDITION: "embedded", AI: undefined });
    const library = await createLibrary();
    Object.assign(env, { EDITION: "production", AI: ai });
    const response = await ask(library);

    expect(response).toMatchObject({ model: LARGE });
    expect(response).not.toHaveProperty("degraded");
    expect(ai.called).not.toContain(EMBEDDING);
  });

  it("is searched by words alone while its embedding model is away", async ({ expect }) => {
    const library = await createLibrary();
    ai.faults.set(EMBEDDING, { code: 3036 });
    const away = await ask(library);
    Object.assign(env, { EDITION: "embedded", AI: undefined });
    const unbound = await ask(library);
    const found = await find(library);
    Object.assign(env, { EDITION: "production", AI: ai });
    ai.faults.clear();
    const back = await ask(library);

    const words = { from: "file_search", by: "word_search" };
    expect(away).toMatchObject({ degraded: { ...words, reason: "rate_limited" } });
    expect(unbound).toMatchObject({ degraded: { ...words, reason: "misconfigured" } });
    expect(found).toContain(ANSWER);
    expect(back).not.toHaveProperty("degraded");
    for (const { output_text: text } of [away, unbound, back]) expect(text).toContain(ANSWER);
  });

  it("keeps the model of Workers AI that it was made with when another is configured", async ({
    expect,
  }) => {
    const library = await createLibrary();
    Object.assign(env, { EMBEDDING_MODEL: "@cf/baai/bge-m3" });
    ai.calls.splice(0);
    const response = await ask(library);

    expect(response).not.toHaveProperty("degraded");
    expect(ai.called).toContain(EMBEDDING);
    expect(ai.called).not.toContain("@cf/baai/bge-m3");
  });
});
