import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable";
import { describe, inject, it, vi } from "vitest";

import { createProject, type TestProject } from "../project.ts";
import { openSocket } from "../sockets/socket.ts";
import { createAnsweringProject, useScriptedModel, useUnknownModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

const ANSWER = "Two years it is.";
const SLOWLY = "How long? #thinks-unopened-slowly";
const THOUGHT = "The warranty lasts three years. It may be so. [1] Or two.";

/** Streams a response, and returns its text and its reasoning as a reader has seen them. */
async function stream({ client }: TestProject, model: string, input: string) {
  const events = await collect(await client.responses.create({ model, input, stream: true }));
  const join = (type: string) =>
    events
      .flatMap((event) =>
        event.type === type && "delta" in event && typeof event.delta === "string"
          ? [event.delta]
          : [],
      )
      .join("");
  return {
    text: join("response.output_text.delta"),
    reasoning: join("response.reasoning_text.delta"),
    deltas: events.filter(({ type }) => type === "response.output_text.delta").length,
  };
}

const breakerName = (model: string) =>
  encodeURIComponent(`${new URL(inject("openAiServer")).host}:${model}`);
/** Asks the object that all isolates share for what it knows after a restart. */
async function readStored(model: string) {
  const name = breakerName(model);
  await evictDurableObject(env.CIRCUIT_BREAKERS.getByName(name));
  const options = { name: "CIRCUIT_BREAKERS", parse: true };
  return await proxyDurable(env.CIRCUIT_BREAKERS, options).get(name).admit();
}
const readForm = async (model: string): Promise<unknown> => (await readStored(model)).form.type;

describe("the text before a closing tag alone, of a model of which no reply was read", () => {
  it("is reasoning in a stream, however it begins", async ({ expect }) => {
    useUnknownModel("unknown-streamed");
    const project = await createProject();

    for (let reply = 1; reply <= 2; reply++) {
      expect(await stream(project, "unknown-streamed", SLOWLY)).toMatchObject({
        text: ANSWER,
        reasoning: THOUGHT,
      });
    }
    const whole = await project.client.responses.create({
      model: "unknown-streamed",
      input: SLOWLY,
    });
    expect(whole.output[0]).toMatchObject({ type: "reasoning", content: [{ text: THOUGHT }] });
    expect(whole.output_text).toBe(ANSWER);
  });

  it("is reasoning in a chat completion and on a WebSocket", async ({ expect }) => {
    useUnknownModel("unknown-chat");
    const project = await createProject();
    const body = { model: "unknown-chat", messages: [{ role: "user" as const, content: SLOWLY }] };
    const chunks = await collect(
      await project.client.chat.completions.create({ ...body, stream: true }),
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(ANSWER);

    useUnknownModel("unknown-socket");
    const socket = await openSocket(project);
    const frames = await socket.turn({
      type: "response.create",
      model: "unknown-socket",
      input: SLOWLY,
    });
    const text = frames.flatMap(({ type, delta }) =>
      type === "response.output_text.delta" ? [delta] : [],
    );
    expect(text.join("")).toBe(ANSWER);
  });

  it("is reasoning in a workflow", async ({ expect }) => {
    useUnknownModel("unknown-flow");
    const { client, save } = await createAnsweringProject();
    const question = "How long? #thinks-unopened-plainly";
    const steps = { draft: { use: "generate@1", with: { question, model: "unknown-flow" } } };
    const workflow = await save(steps, "${ steps.draft.output.text }");
    const body = { model: "unknown-flow", input: "Go.", ...workflow };

    expect((await client.responses.create(body)).output_text).toBe(ANSWER);
  });
});

describe("the form of a model's reasoning", () => {
  it("is kept for all isolates, and then text no longer waits", async ({ expect }) => {
    useUnknownModel("plain");
    const project = await createProject();
    const first = await stream(project, "plain", "How wet? #pauses-2s");
    expect(first.text).toBe("Water is wet. And so it stays.");
    await vi.waitUntil(async () => (await readForm("plain")) === "marked");
    const second = await stream(project, "plain", "How wet? #pauses-2s");

    expect(first.deltas).toBe(1);
    expect(second.deltas).toBeGreaterThan(1);
  });

  it("is learned from a reply that reasons, and not from one that was cut", async ({ expect }) => {
    useUnknownModel("thinker");
    const project = await createProject();
    await stream(project, "thinker", "How long? #thinks-unopened-cut");
    expect(await readForm("thinker")).toBe("unknown");
    await stream(project, "thinker", SLOWLY);
    await vi.waitUntil(async () => (await readForm("thinker")) === "unopened");
    const cut = await stream(project, "thinker", "How long? #thinks-unopened-cut");

    expect(cut).toMatchObject({ text: "", reasoning: "Three? Or" });
  });

  it("is looked for in a reply without the tag that began the others", async ({ expect }) => {
    useUnknownModel("tagger");
    const project = await createProject();
    await stream(project, "tagger", "How long? #thinks-in-tags");
    await vi.waitUntil(async () => (await readForm("tagger")) === "tagged");

    expect(await stream(project, "tagger", SLOWLY)).toMatchObject({
      text: ANSWER,
      reasoning: THOUGHT,
    });
  });

  it("is unknown in the state of a build that did not learn it", async ({ expect }) => {
    const circuit = { phase: "closed", epoch: 3, recent: [], hardFailuresInRow: 1 };
    const object = env.CIRCUIT_BREAKERS.getByName(breakerName("old"));
    await runInDurableObject(object, (_, { storage }) => storage.put("data", { circuit }));

    expect(await readStored("old")).toEqual({
      permit: { epoch: 3 },
      retryAfterMs: 0,
      form: { type: "unknown" },
    });
  });
});

it("keeps text before a call in its place, also while the text waits", async ({ expect }) => {
  useUnknownModel("caller");
  const { client } = await createProject();
  const tools = [{ type: "function" as const, name: "lookup", parameters: {}, strict: false }];
  const body = { model: "caller", input: "Which one? #writes-before-calling", tools };
  const { output } = await client.responses.create(body);

  expect(output).toMatchObject([
    { type: "message", phase: "commentary", content: [{ text: "Let me look." }] },
    { type: "function_call" },
  ]);
});

it("takes <reasoning> at the beginning of a reply for reasoning", async ({ expect }) => {
  useScriptedModel("tagged");
  const { client } = await createProject();
  const body = { model: "tagged", input: "How long? #thinks-in-reasoning" };
  const { output, output_text: text } = await client.responses.create(body);

  expect(output[0]).toMatchObject({ type: "reasoning", content: [{ text: "Three? Or two." }] });
  expect(text).toBe(ANSWER);
});
