import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { callAsOperator } from "../operator.ts";
import { createProject, type TestProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const QUESTION = "When does the harbour open?";
const ANSWER = "The harbour opens at six in the morning.";
const MODEL = "scripted";

let library: Awaited<ReturnType<typeof createLibrary>>;
let name: string;

beforeAll(async () => {
  library = await createLibrary();
  name = `store:${library.store.id}`;
});

const post = async ({ fetch }: TestProject, path: string, body: object) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.text() };
};

const tool = (ids: string[]) => ({
  type: "file_search" as const,
  vector_store_ids: ids,
  max_num_results: 7,
});

/** Every endpoint that reads a model's name which may be a store's. */
const REQUESTS = [
  ["/responses", { input: QUESTION }],
  ["/chat/completions", { messages: [{ role: "user", content: QUESTION }] }],
  ["/responses/input_tokens", { input: QUESTION }],
  ["/responses/compact", { input: QUESTION }],
] as const;

describe("a vector store that is named as the model", () => {
  it("is searched for a response, whose model is its name", async ({ expect }) => {
    const { client, store } = library;
    const response = await client.responses.create({ model: name, input: QUESTION });
    const stored = await client.responses.retrieve(response.id);

    expect(response.output_text).toContain(ANSWER);
    expect(response.model).toBe(name);
    expect(response.tools).toEqual([{ type: "file_search", vector_store_ids: [store.id] }]);
    expect(stored).toMatchObject({ model: name, output_text: response.output_text });
  });

  it("is searched for a chat completion, streamed or not", async ({ expect }) => {
    const { client } = library;
    const body = { model: name, messages: [{ role: "user" as const, content: QUESTION }] };
    const whole = await client.chat.completions.create(body);
    const chunks = await collect(await client.chat.completions.create({ ...body, stream: true }));
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

    expect(whole.choices[0]?.message.content).toContain(ANSWER);
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(new Set([whole.model, ...chunks.map(({ model }) => model)])).toEqual(new Set([name]));
  });

  it("is searched in conversations, after a response, in the background and streamed", async ({
    expect,
  }) => {
    const { client } = library;
    const { id: conversation } = await client.conversations.create();
    const first = await client.responses.create({ model: name, conversation, input: "Hello!" });
    const second = await client.responses.create({ model: name, conversation, input: QUESTION });
    const third = await client.responses.create({
      model: name,
      previous_response_id: second.id,
      input: "And when does it close?",
    });
    const queued = await client.responses.create({
      model: name,
      input: QUESTION,
      background: true,
    });
    const settled = await vi.waitUntil(
      async () => {
        const found = await client.responses.retrieve(queued.id);
        return found.status === "completed" && found;
      },
      { timeout: 10_000 },
    );
    const events = await collect(
      await client.responses.create({ model: name, input: QUESTION, stream: true }),
    );
    const done = events.find((event) => event.type === "response.completed");

    expect(first.output_text).toMatch(/^Hello! I answer questions/);
    expect(second.output_text).toContain(ANSWER);
    expect(third.output_text).toContain("nine in the evening");
    expect(settled).toMatchObject({ model: name, output_text: second.output_text });
    expect(done?.response).toMatchObject({ model: name });
  });

  it("is searched beside the stores of the file search, each once and at most 16", async ({
    expect,
  }) => {
    const { client, store } = library;
    const other = await client.vectorStores.create({});
    const ask = { model: name, input: QUESTION };
    const both = await client.responses.create({ ...ask, tools: [tool([other.id, store.id])] });
    const ids = Array.from({ length: 16 }, () => other.id);
    const many = await Promise.all(ids.map(async () => (await client.vectorStores.create({})).id));
    const responses = await post(library, "/responses", { ...ask, tools: [tool(many)] });
    const chat = await post(library, "/chat/completions", {
      model: name,
      messages: [{ role: "user", content: QUESTION }],
      file_search: { vector_store_ids: many },
    });

    expect(both.output_text).toContain(ANSWER);
    expect(both.tools).toEqual([tool([store.id, other.id])]);
    expect(responses.status).toBe(400);
    expect(JSON.parse(responses.body)).toMatchObject({
      error: { code: "invalid_request", param: "tools[0].vector_store_ids" },
    });
    expect(JSON.parse(chat.body)).toMatchObject({
      status: 400,
      error: { param: "file_search.vector_store_ids" },
    });
  });

  it("is given to the workflow that answers, with the model that does", async ({ expect }) => {
    const { client, save, store } = library;
    const { workflow } = await save(
      {
        find: {
          use: "retrieve@1",
          with: { query: "${ input.question }", vector_store_ids: "${ input.vector_store_ids }" },
        },
        say: {
          use: "generate@1",
          needs: ["find"],
          with: {
            model: "${ input.model }",
            question: "${ input.question }",
            passages: "${ steps.find.output.passages }",
          },
        },
        tell: {
          use: "transform@1",
          needs: ["say"],
          with: {
            value:
              "${ steps.say.output.text + ' ' + input.model + ' ' + input.vector_store_ids[0] }",
          },
        },
      },
      "${ steps.tell.output }",
    );
    const extra: object = { workflow };
    const response = await client.responses.create({ model: name, input: QUESTION, ...extra });

    expect(response.output_text).toContain(ANSWER);
    expect(response.output_text).toMatch(new RegExp(`extractive-1 ${store.id}$`));
    expect(response.model).toBe(name);
  });

  it("counts the tokens of a request, and compacts", async ({ expect }) => {
    const { client } = library;
    const counted = await client.responses.inputTokens.count({ model: name, input: QUESTION });
    const compacted = await client.responses.compact({ model: name, input: QUESTION });

    expect(counted.input_tokens).toBeGreaterThan(5);
    expect(compacted.output).toMatchObject([{ type: "compaction" }]);
  });

  it("is answered by the project's default model, also when that is away", async ({ expect }) => {
    const own = await createLibrary();
    useScriptedModel(MODEL);
    await callAsOperator(own.scope, "POST", "", { settings: { default_model: MODEL } });
    const ask = { model: `store:${own.store.id}` };
    const cited = await own.client.responses.create({ ...ask, input: QUESTION });
    const away = await own.client.responses.create({
      ...ask,
      input: QUESTION,
      instructions: "#fails",
    });
    Object.assign(env, { LLM_MODEL: "" });

    expect(cited.output_text).toContain(ANSWER);
    expect(cited).toMatchObject({ model: ask.model, usage: { input_tokens: expect.anything() } });
    expect(away).toMatchObject({ model: ask.model, degraded: { from: MODEL } });
    expect(away.output_text).toContain(ANSWER);
  });

  it("is answered by the project's default model where the deployment has another one", async ({
    expect,
  }) => {
    const own = await createLibrary();
    useScriptedModel(MODEL);
    await callAsOperator(own.scope, "POST", "", { settings: { default_model: "extractive-1" } });
    const ask = { model: `store:${own.store.id}` };
    // By these instructions the deployment's model says something else.
    const instructions = "#uncited";
    const said = { role: "system" as const, content: instructions };
    const asked = { role: "user" as const, content: QUESTION };
    const response = await own.client.responses.create({ ...ask, instructions, input: QUESTION });
    const chat = await own.client.chat.completions.create({ ...ask, messages: [said, asked] });
    Object.assign(env, { LLM_MODEL: "" });

    expect(response.output_text).toContain(ANSWER);
    expect(chat.choices[0]?.message.content).toContain(ANSWER);
  });

  it("costs no D1 query once it is warm", async ({ expect }) => {
    const { client, ask } = library;
    const prepare = vi.spyOn(env.CATALOG, "prepare");
    const count = async (body: { model: string }) => {
      await client.responses.create({ input: QUESTION, ...body });
      prepare.mockClear();
      await client.responses.create({ input: QUESTION, ...body });
      return prepare.mock.calls.length;
    };
    const [byTool, byName] = [await count(ask), await count({ model: name })];
    prepare.mockRestore();

    expect([byTool, byName]).toEqual([0, 0]);
  });
});

describe("a vector store that is missing, of another project or expired", () => {
  it("is no model of this project, in the words of one that does not exist", async ({ expect }) => {
    const stranger = await createProject();
    const missing = `store:${newId("vs_")}`;
    for (const [path, body] of REQUESTS) {
      const read = async (model: string) => {
        const answer = await post(stranger, path, { ...body, model });
        const { instance, ...rest } = JSON.parse(answer.body);
        const text = JSON.stringify(rest).replaceAll(model, "NAME");
        return { path, status: answer.status, text, isTraced: typeof instance === "string" };
      };
      const [foreign, unknown] = [await read(name), await read(missing)];
      expect(foreign).toEqual(unknown);
      expect(foreign).toMatchObject({ status: 404, isTraced: true });
      expect(foreign.text).toContain('"code":"model_not_found"');
    }
  });

  it("is refused as expired, by its name and in a file search", async ({ expect }) => {
    const project = await createProject();
    const store = await project.client.vectorStores.create({
      expires_after: { anchor: "last_active_at", days: 1 },
    });
    const stub = env.VECTOR_STORES.getByName(objectName(project.scope, store.id));
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec("UPDATE store SET last_active_at = 0");
    });
    const expired = `store:${store.id}`;
    for (const [path, body] of REQUESTS) {
      const answer = await post(project, path, { ...body, model: expired });
      expect({ path, ...JSON.parse(answer.body) }).toMatchObject({
        path,
        status: 400,
        error: { code: "vector_store_expired", param: "model" },
      });
    }
    const tools = [{ type: "file_search", vector_store_ids: [store.id] }];
    const searched = await post(project, "/responses", { input: QUESTION, tools });
    expect(JSON.parse(searched.body)).toMatchObject({
      status: 400,
      error: { code: "vector_store_expired", param: "tools[0].vector_store_ids" },
    });
    const shown = await project.fetch(`/models/${expired}`);
    expect(await shown.json()).toMatchObject({ error: { code: "vector_store_expired" } });
  });
});
