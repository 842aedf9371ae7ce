import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { useScriptedModel } from "../conversation/answering-project.ts";
import { callAsOperator } from "../operator.ts";
import { createProject, type TestProject } from "../project.ts";

const MODEL = "@cf/meta/llama-3:8b";
const Listed = z.object({ data: z.array(z.object({ id: z.string() })) });
const Refused = z.object({
  status: z.number(),
  error: z.object({ code: z.string(), message: z.string(), param: z.string().nullable() }),
});

const post = async ({ fetch }: TestProject, path: string, body: object) =>
  await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const ASK = {
  "/responses": { input: "Why?" },
  "/chat/completions": { messages: [{ role: "user", content: "Why?" }] },
};
const change = (project: TestProject, settings: object) =>
  callAsOperator(project.scope, "POST", "", { settings });

afterEach(() => {
  Object.assign(env, { LLM_MODEL: "", LLM_BASE_URL: "" });
});

describe("the name of a model that does not exist", () => {
  it.for([
    ["/responses", "extractiv1", /does not exist\. Did you mean 'extractive-1'\? This service has/],
    ["/responses", "Extractive", /Did you mean 'extractive-1'\?/],
    ["/responses", "llama-3:8b", /Did you mean '@cf\/meta\/llama-3:8b'\?/],
    ["/responses", "gpt-4o", /does not exist\. This service has '@cf\/meta\/llama-3:8b' and 'ext/],
    ["/responses", "hash-1", /'hash-1' makes embeddings, and cannot answer\./],
    ["/responses", "store:nothing", /answers as 'store:' with its id/],
    ["/chat/completions", "extractive1", /Did you mean 'extractive-1'\?/],
    ["/chat/completions", "vs_01k8v3q7cde4f6g8h0jkmnpq", /Did you mean 'store:vs_01k8v3q7cde4f6/],
    ["/embeddings", "hash1", /Did you mean 'hash-1'\? This service has 'hash-1' for embeddings;/],
    ["/embeddings", "extractive-1", /'extractive-1' answers, and makes no embeddings\./],
    ["/responses/input_tokens", "extractive-2", /Did you mean 'extractive-1'\?/],
    ["/responses/compact", "extractive-2", /Did you mean 'extractive-1'\?/],
  ] as const)(
    "is refused by POST %s with other names: %s",
    async ([path, model, words], { expect }) => {
      useScriptedModel(MODEL);
      const project = await createProject();
      const asked = path === "/chat/completions" ? ASK[path] : { input: "Why?" };
      const answer = Refused.parse(await (await post(project, path, { ...asked, model })).json());

      expect(answer).toMatchObject({
        status: 404,
        error: { code: "model_not_found", param: "model" },
      });
      expect(answer.error.message).toMatch(words);
    },
  );
});

describe("GET /v1/models/{model}", () => {
  it("finds names with slashes and colons, encoded or not", async ({ expect }) => {
    useScriptedModel(MODEL);
    const { client, fetch } = await createProject();
    const store = await client.vectorStores.create({ name: "handbook" });
    for (const [path, id] of [
      [MODEL, MODEL],
      [encodeURIComponent(MODEL), MODEL],
      [MODEL.replaceAll("/", "%2F"), MODEL],
      [MODEL.replaceAll("/", "%2f"), MODEL],
      ["extractive-1", "extractive-1"],
      [`store:${store.id}`, `store:${store.id}`],
      [`store%3A${store.id}`, `store:${store.id}`],
    ] as const) {
      const answer = await fetch(`/models/${path}`);
      expect({ path, status: answer.status, body: await answer.json() }).toMatchObject({
        path,
        status: 200,
        body: { id, object: "model" },
      });
    }
    expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL });
    expect(await client.models.retrieve(`store:${store.id}`)).toEqual({
      id: `store:${store.id}`,
      object: "model",
      created: store.created_at,
      owned_by: "edgewise",
      name: "handbook",
    });
  });

  it("refuses a name that does not exist, with those of all models", async ({ expect }) => {
    const { fetch } = await createProject();
    const answer = Refused.parse(await (await fetch("/models/hash1")).json());

    expect(answer).toMatchObject({
      status: 404,
      error: { code: "model_not_found", param: "model" },
    });
    expect(answer.error.message).toContain("This service has 'extractive-1' and 'hash-1';");
  });
});

describe("GET /v1/models", () => {
  it("lists vector stores where the project's settings say so, without expired ones", async ({
    expect,
  }) => {
    const project = await createProject();
    const { client, fetch } = project;
    const store = await client.vectorStores.create({ name: "handbook" });
    const list = async () =>
      Listed.parse(await (await fetch("/models")).json()).data.map(({ id }) => id);
    const before = await list();
    await change(project, { list_stores_as_models: true });
    const after = await list();
    await client.vectorStores.delete(store.id);
    const prepare = vi.spyOn(env.CATALOG, "prepare");
    await change(project, { list_stores_as_models: null });
    await list();
    prepare.mockClear();
    const last = await list();

    expect(before).toEqual(["extractive-1", "hash-1"]);
    expect(after).toEqual(["extractive-1", "hash-1", `store:${store.id}`]);
    expect([last, prepare.mock.calls.length]).toEqual([before, 0]);
    prepare.mockRestore();
  });
});

describe("a request without a model", () => {
  it.for(["/responses", "/chat/completions"] as const)(
    "is answered by the project's default, else by the deployment's: POST %s",
    async (path, { expect }) => {
      useScriptedModel("scripted");
      const project = await createProject();
      const answeredBy = async (body: object) => {
        const answer = await post(project, path, { ...ASK[path], ...body });
        return z.object({ model: z.string() }).parse(await answer.json()).model;
      };
      const first = await answeredBy({});
      await change(project, { default_model: "extractive-1" });
      const [absent, empty] = [await answeredBy({}), await answeredBy({ model: null })];
      const named = await answeredBy({ model: "scripted" });
      await change(project, { default_model: null });

      expect([first, absent, empty, named]).toEqual([
        "scripted",
        "extractive-1",
        "extractive-1",
        "scripted",
      ]);
      expect(await answeredBy({})).toBe("scripted");
    },
  );

  it("says how to set a default when the project's own no longer exists", async ({ expect }) => {
    useScriptedModel("scripted");
    const project = await createProject();
    expect((await change(project, { default_model: "scripted" })).status).toBe(200);
    Object.assign(env, { LLM_MODEL: "" });
    for (const [path, body] of Object.entries(ASK)) {
      const answer = Refused.parse(await (await post(project, path, body)).json());
      expect(answer).toMatchObject({ status: 404, error: { code: "model_not_found" } });
      expect(answer.error.message).toMatch(
        /default model cannot be used.*'scripted' does not exist.*'default_model' in the project's settings/,
      );
      expect((await post(project, path, { ...body, model: "extractive-1" })).status).toBe(200);
    }
  });

  it("takes the default in generate@1, too", async ({ expect }) => {
    useScriptedModel("scripted");
    const project = await createProject();
    await change(project, { default_model: "extractive-1" });
    const steps = { say: { use: "generate@1", with: { question: "hello" } } };
    await post(project, "/workflows", { name: "says", steps, output: "${ steps.say.output }" });
    const answer = await post(project, "/responses", { input: "hello", workflow: "says" });
    const { output } = z
      .object({ output: z.array(z.object({ content: z.array(z.object({ text: z.string() })) })) })
      .parse(await answer.json());

    expect(output[0]?.content[0]?.text).toMatch(/^Hello! I answer questions/);
  });
});

describe("the default model of a project", () => {
  it.for([
    ["extractive-2", /Did you mean 'extractive-1'\?/],
    ["hash-1", /makes embeddings, and cannot answer/],
    ["store:vs_01k8v3q7cde4f6g8h0jkmnpq", /is a vector store/],
    ["", /settings\.default_model/],
  ] as const)("cannot be '%s'", async ([name, words], { expect }) => {
    const project = await createProject();
    const answer = Refused.parse(await (await change(project, { default_model: name })).json());

    expect(answer).toMatchObject({
      status: 400,
      error: { code: "invalid_request", param: "settings.default_model" },
    });
    expect(answer.error.message).toMatch(words);
  });
});
