import { beforeAll, beforeEach, describe, inject, it } from "vitest";

import { ANSWER_BYTES_MAX } from "../../../src/bounds.ts";
import {
  createAnsweringProject,
  type AnsweringProject,
  useScriptedModel,
} from "../conversation/answering-project.ts";
import { collect } from "../conversation/collect.ts";

const MODEL = "endless";
const LOOKUP = { type: "function" as const, name: "lookup", parameters: null, strict: false };

let project: AnsweringProject;

beforeAll(() => useScriptedModel(MODEL));
beforeEach(async () => {
  project = await createAnsweringProject();
});

const timesAsked = async (question: string): Promise<number> => {
  const url = new URL(inject("openAiServer").replace(/v1$/, "requests"));
  url.searchParams.set("question", question);
  const requests: unknown[] = await (await fetch(url)).json();
  return requests.length;
};
const cutShort = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };

describe("a model that writes 60 MB", () => {
  it.for(["writes-60-mb", "refuses-60-mb", "calls-with-60-mb", "writes-60-mb-at-once"])(
    "and %s is asked once, and its response ends as incomplete and stays readable",
    async (script, { expect }) => {
      const { client, fetch: get } = project;
      const input = `How much is enough in ${crypto.randomUUID()}? #${script}`;
      const request = { model: MODEL, input, tools: script.startsWith("calls") ? [LOOKUP] : [] };
      const made = await client.responses.create(request);
      const read = await get(`/responses/${made.id}`);
      const body = await read.text();

      expect(made).toMatchObject(cutShort);
      expect(read.status).toBe(200);
      expect(JSON.parse(body)).toMatchObject(cutShort);
      expect(body.length).toBeLessThan(ANSWER_BYTES_MAX + 10_000);
      expect(await timesAsked(input)).toBe(1);
      if (script === "writes-60-mb") {
        expect(made.output_text.length).toBeGreaterThan(ANSWER_BYTES_MAX * 0.99);
      }
      const next = await client.responses.create({
        model: "extractive-1",
        input: "And now?",
        previous_response_id: made.id,
      });
      expect(next.status).toBe("completed");
    },
  );

  it("ends a chat completion by its length, and a stream too", async ({ expect }) => {
    const { client } = project;
    const messages = [{ role: "user" as const, content: "How much is enough? #writes-60-mb" }];
    const whole = await client.chat.completions.create({ model: MODEL, messages });
    const parts = await collect(
      await client.chat.completions.create({ model: MODEL, messages, stream: true }),
    );

    expect(whole.choices[0]?.finish_reason).toBe("length");
    expect(parts.map(({ choices }) => choices[0]?.finish_reason)).toContain("length");
  });

  it("leaves the step of a workflow with an output that says so", async ({ expect }) => {
    const { client, post, save, until } = project;
    const draft = { use: "generate@1", with: { question: "Enough? #writes-60-mb", model: MODEL } };
    const { workflow } = await save({ draft }, "${ steps.draft.output.incomplete_reason }");
    const started = await post("/runs", { workflow, input: {} });
    const { id }: { id: string } = await started.json();
    const run = await until(id, ({ status }) => status !== "running");

    expect(run).toMatchObject({ status: "completed", output: "max_output_tokens" });
    const answered = await client.responses.create({
      model: MODEL,
      input: "Enough?",
      ...(await save({ draft }, "${ steps.draft.output }")),
    });
    expect(answered).toMatchObject(cutShort);
  });
});
