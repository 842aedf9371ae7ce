import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, inject, it, vi } from "vitest";

import {
  createAnsweringProject,
  type AnsweringProject,
} from "../conversation/answering-project.ts";

/** Pieces of the text that the provider of the fake sends, and of its address. */
const LEAKS = [
  "gpu-7.internal",
  "sk-leaky",
  "leaky-token",
  "TOP-SECRET-PROMPT",
  "upstream",
  new URL(inject("openAiServer")).host,
];
const SCRIPTS = ["400", "401", "404", "413", "422", "429", "500", "in-stream"].map(
  (kind) => `leaks-${kind}`,
);

let project: AnsweringProject;
let lines: string[];

const keep = (line: string) => lines.push(line);
const lost = () => {
  throw new Error("D1_ERROR: upstream gpu-7.internal closed the socket (key sk-leaky0123456789)");
};

beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(keep);
  vi.spyOn(console, "error").mockImplementation(keep);
});
beforeEach(async () => {
  lines = [];
  project = await createAnsweringProject();
});

/** Gives each test a model of its own, whose circuit no other test has opened. */
function useModel(): string {
  const model = `leaky-${crypto.randomUUID().slice(0, 8)}`;
  const vars = { LLM_BASE_URL: inject("openAiServer"), LLM_MODEL: model };
  Object.assign(env, vars, { EMBEDDING_MODEL: `${model}-embedding` });
  return model;
}

const found = (text: string) => LEAKS.filter((leak) => text.includes(leak));

describe("an error of a model's provider", () => {
  it.for(SCRIPTS)(
    "never shows its text to clients: %s",
    { timeout: 60_000 },
    async (script, { expect }) => {
      const { fetch: get, post, save, until } = project;
      const model = useModel();
      const asked = {
        model,
        input: `What now? #${script}`,
        text: { format: { type: "json_object" } },
      };
      const whole = await (await post("/responses", asked)).text();
      const streamed = await (await post("/responses", { ...asked, stream: true })).text();
      const { id }: { id: string } = JSON.parse(whole);
      const read = await (await get(`/responses/${id}`)).text();
      const run = await (await get(`/runs/${id}`)).text();
      const events = await (await get(`/runs/${id}/events`)).text();
      const messages = [{ role: "user", content: asked.input }];
      const chat = { model, messages, response_format: { type: "json_object" } };
      const completion = await (await post("/chat/completions", chat)).text();

      const draft = {
        use: "generate@1",
        with: { question: asked.input, model, text_format: { type: "json_object" } },
        retry: { attempts: 1 },
      };
      const { workflow } = await save({ draft });
      const started: { id: string } = await (await post("/runs", { workflow, input: {} })).json();
      const failed = await until(started.id, ({ status }) => status !== "running");

      const shown = [whole, streamed, read, run, events, completion, JSON.stringify(failed)];
      expect(shown.flatMap(found)).toEqual([]);
      expect(JSON.parse(read)).toMatchObject({
        status: "failed",
        error: { message: expect.stringContaining(`The provider of the model '${model}'`) },
      });
      expect(failed.status).toBe("failed");
      expect(JSON.stringify(failed)).toContain(`The provider of the model '${model}'`);
    },
  );

  it("is in the log, without its keys", async ({ expect }) => {
    const model = useModel();
    await project.post("/responses", { model, input: "What now? #leaks-400" });
    const line = lines.find((each) => each.includes("model.call.failed")) ?? "";

    expect(line).toContain("gpu-7.internal.example refused key [hidden]");
    const keys = found(lines.join("\n")).filter((leak) => /leaky/.test(leak));
    expect(keys).toEqual([]);
  });

  it.for([
    ["400", 400, "model_cannot"],
    ["401", 503, "service_unavailable"],
    ["429", 503, "service_unavailable"],
    ["500", 503, "service_unavailable"],
  ] as const)(
    "of an embedding model with status %s is answered with %s",
    { timeout: 60_000 },
    async ([status, expected, code], { expect }) => {
      const model = `${useModel()}-embedding`;
      const body = { model, input: `A text #leaks-${status}` };
      const response = await project.post("/embeddings", body);
      const text = await response.text();

      expect({ status: response.status, found: found(text) }).toEqual({
        status: expected,
        found: [],
      });
      expect(JSON.parse(text)).toMatchObject({
        error: { code, message: expect.stringContaining(`The provider of the model '${model}'`) },
      });
    },
  );
});

describe("an error of the platform", () => {
  it("never shows its text in a run", async ({ expect }) => {
    const { fetch: get, post, save, until } = project;
    const { DATA } = env;
    Object.assign(env, { DATA: { prepare: lost, batch: lost } });
    const read = { use: "sql@1", with: { query: "SELECT 1" }, retry: { attempts: 1 } };
    const { workflow } = await save({ read });
    const started: { id: string } = await (await post("/runs", { workflow, input: {} })).json();
    const failed = await until(started.id, ({ status }) => status !== "running");
    Object.assign(env, { DATA });
    const events = await (await get(`/runs/${started.id}/events`)).text();
    const listed = await (await get("/runs")).text();

    expect([JSON.stringify(failed), events, listed].flatMap(found)).toEqual([]);
    expect(failed).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("internal error") },
    });
    expect(lines.join("\n")).toContain("closed the socket (key [hidden])");
  });
});
