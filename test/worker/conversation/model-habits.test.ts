import { beforeAll, describe, inject, it } from "vitest";

import { checkByBoth } from "../official-description.ts";
import { createProject, type TestProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

const MODEL = "open";
const LOOSE = {
  type: "function" as const,
  name: "lookup",
  parameters: { type: "object", properties: { id: { type: "string" } } },
  strict: false,
};
const STRICT = {
  ...LOOSE,
  parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
};

let project: TestProject;
beforeAll(async () => {
  useScriptedModel(MODEL);
  project = await createProject();
});

const violations = await checkByBoth();

const respond = (input: string, more: object = {}) =>
  project.client.responses.create({ model: MODEL, input, ...more });
const streamed = async (input: string, more: object = {}) =>
  await collect(
    await project.client.responses.create({ model: MODEL, input, stream: true, ...more }),
  );
const chat = (content: string, more: object = {}) =>
  project.client.chat.completions.create({
    model: MODEL,
    messages: [{ role: "user", content }],
    ...more,
  });
const chatChunks = async (content: string, more: object = {}) =>
  await collect(
    await project.client.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content }],
      stream: true,
      ...more,
    }),
  );
const chatTool = { type: "function" as const, function: { name: "lookup", parameters: {} } };

type Output = Awaited<ReturnType<typeof respond>>["output"];
const thoughtsIn = (output: Output) =>
  output.flatMap((item) =>
    item.type === "reasoning" ? (item.content ?? []).map(({ text }) => text) : [],
  );

describe("the reasoning of an open model", () => {
  it.for([
    ["thinks-in-tags", "Hm, passage 1 [1] says two. [2]"],
    ["thinks-in-fields", "one two three four five six seven"],
    ["thinks-unclosed", "Or three?"],
  ])("becomes items, and never text: %s", async ([script = "", thought], { expect }) => {
    const whole = await respond(`Why? #${script}`);
    const events = await streamed(`Why, in a stream? #${script}`);
    const text = events.flatMap((event) =>
      event.type === "response.output_text.delta" ? [event.delta] : [],
    );
    const thoughts = events.flatMap((event) =>
      event.type === "response.reasoning_text.delta" ? [event.delta] : [],
    );

    expect(thoughtsIn(whole.output)[0]).toBe(thought);
    expect(whole.output_text).toMatch(/two years/i);
    expect(whole.output_text + text.join("")).not.toMatch(/think|Hm|three|seven/);
    expect(thoughts.join("")).toContain(thought);
    expect(violations("Response", whole)).toEqual([]);
    for (const event of events) expect(violations(event.type, event)).toEqual([]);
    expect(await project.client.responses.retrieve(whole.id)).toMatchObject({
      output: whole.output,
    });
  });

  it("obeys the output policy, as the answer does", async ({ expect }) => {
    const { output } = await respond("Why not? #thinks-in-tags");

    expect(thoughtsIn(output).join(" ")).toContain("Or three?");
    expect(JSON.stringify(output)).not.toContain("evil.example");
  });

  it("is no text of a chat completion either", async ({ expect }) => {
    const whole = await chat("Why? #thinks-in-fields");
    const chunks = await chatChunks("Why, in a stream? #thinks-in-fields");
    const deltas = chunks.map(({ choices }) => choices[0]?.delta);
    const content = deltas.map((delta) => delta?.content ?? "").join("");

    expect(whole.choices[0]?.message).toMatchObject({
      content: "The answer is two years.",
      reasoning_content: "one two three four five six seven",
    });
    expect(content).toBe("The answer is two years.");
    expect(deltas).toContainEqual({ reasoning_content: "one " });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
    const again = await chat("And?", {
      messages: [whole.choices[0]?.message, { role: "user", content: "And? #uncited" }],
    });
    expect(again.choices[0]?.message.content).toContain("two years");
  });

  it("is accepted when it is sent back, and no model reads it", async ({ expect }) => {
    const { output } = await respond("Why? #thinks-in-fields");
    const foreign = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" };
    const question = `And then, ${crypto.randomUUID()}?`;
    const input = [...output, foreign, { role: "user", content: `${question} #uncited` }];
    const next = await respond("", { input });
    const { data } = await project.client.responses.inputItems.list(next.id, { order: "asc" });
    const url = new URL(inject("openAiServer").replace(/v1$/, "requests"));
    url.searchParams.set("question", question);

    expect(next.status).toBe("completed");
    expect(data.map(({ type }) => type)).toEqual(["reasoning", "message", "reasoning", "message"]);
    expect(data[0]).toMatchObject({ content: [{ text: "one two three four five six seven" }] });
    expect(await (await fetch(url)).text()).not.toContain("three four");
    const later = await respond("And now? #uncited", { previous_response_id: next.id });
    expect(later.status).toBe("completed");
  });

  it("leaves JSON alone", async ({ expect }) => {
    const whole = await respond("Why? #thinks-in-json", {
      text: { format: { type: "json_object" } },
    });

    expect(JSON.parse(whole.output_text)).toEqual({ tag: "<think>" });
    expect(thoughtsIn(whole.output)).toEqual(["JSON!"]);
  });

  it("without an answer is an answer that says so", async ({ expect }) => {
    const whole = await respond("Why? #thinks-alone");

    expect(thoughtsIn(whole.output)).toEqual(["I do not know what to say."]);
    expect(whole.output.at(-1)).toMatchObject({ type: "message" });
    expect(whole.output_text).not.toContain("I do not know what to say.");
  });

  it("is bounded, and what is left out makes its item incomplete", async ({ expect }) => {
    const long = await respond("Why? #thinks-long");
    const endless = await respond("Why? #thinks-60-mb");

    expect(long).toMatchObject({ status: "completed", output_text: "Two years." });
    expect(long.output[0]).toMatchObject({ type: "reasoning", status: "incomplete" });
    expect(JSON.stringify(long).length).toBeLessThan(500_000);
    expect(endless).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
    });
  });

  it("does not keep a failed attempt from being repeated", async ({ expect }) => {
    const { output, status } = await respond("Why? #thinks-then-fails-once");

    expect(status).toBe("completed");
    expect(output).toMatchObject([
      { type: "reasoning", status: "incomplete", content: [{ text: "First." }] },
      { type: "reasoning", status: "completed", content: [{ text: "Second." }] },
      { type: "message", status: "completed" },
    ]);
  });
});

describe("a call that a model writes in pieces", () => {
  it("is passed on in pieces while it is written", async ({ expect }) => {
    const stream = await project.client.responses.create({
      model: MODEL,
      input: "Look it up #calls-in-pieces",
      // A strict function that is not called delays nothing.
      tools: [LOOSE, { ...STRICT, name: "other", strict: true }],
      stream: true,
    });
    const arrivals: number[] = [];
    const deltas: string[] = [];
    let done: unknown = null;
    for await (const event of stream) {
      expect(violations(event.type, event)).toEqual([]);
      if (event.type === "response.function_call_arguments.delta") {
        arrivals.push(Date.now());
        deltas.push(event.delta);
      }
      if (event.type === "response.output_item.done") done = event.item;
    }

    expect(deltas.length).toBeGreaterThanOrEqual(4);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(100);
    expect(JSON.parse(deltas.join(""))).toEqual({ id: "71", note: "😀\ufffd " });
    expect(done).toMatchObject({
      type: "function_call",
      status: "completed",
      call_id: "call_7",
      name: "lookup",
      arguments: deltas.join(""),
    });
  });

  it("is passed on in pieces in a chat completion", async ({ expect }) => {
    const chunks = await chatChunks("Look it up #calls-in-pieces", { tools: [chatTool] });
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);

    expect(calls[0]).toEqual({
      index: 0,
      id: "call_7",
      type: "function",
      function: { name: "lookup", arguments: "" },
    });
    expect(calls.length).toBeGreaterThanOrEqual(5);
    expect(calls.slice(1).every((one) => one.id === undefined && one.index === 0)).toBe(true);
    const whole = calls.map((one) => one.function?.arguments).join("");
    expect(JSON.parse(whole)).toMatchObject({ id: "71" });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("of a strict function waits for its check, and keeps its pieces", async ({ expect }) => {
    const parameters = {
      type: "object",
      properties: { id: { type: "string" }, note: { type: "string" } },
      required: ["id", "note"],
      additionalProperties: false,
    };
    const tools = [{ ...LOOSE, parameters, strict: true }];
    const events = await streamed("Look it up strictly #calls-in-pieces", { tools });
    const deltas = events.flatMap((event) =>
      event.type === "response.function_call_arguments.delta" ? [event.delta] : [],
    );

    expect(deltas.length).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(deltas.join(""))).toMatchObject({ id: "71" });
  });

  it("has the arguments {} if the model sends none", async ({ expect }) => {
    for (const tool of [LOOSE, { ...STRICT, strict: true }]) {
      const { output } = await respond("Go #calls-without-arguments", { tools: [tool] });
      expect(output.map((item) => item.type === "function_call" && item.arguments)).toEqual(
        Array(4).fill("{}"),
      );
    }
    const completion = await chat("Go #calls-without-arguments", { tools: [chatTool] });
    expect(completion.choices[0]?.message.tool_calls).toHaveLength(4);
  });

  it("has an id that can be sent back", async ({ expect }) => {
    const { output } = await respond("Go #calls-under-odd-ids", { tools: [LOOSE] });
    const ids = output.map((item) => (item.type === "function_call" ? item.call_id : ""));

    expect(ids).toHaveLength(2);
    for (const id of ids) expect(id).toMatch(/^[!-~]{1,64}$/);
  });
});

describe("a stream that ends with [DONE] alone", () => {
  it("is an answer, with usage that is estimated and says so", async ({ expect }) => {
    const whole = await respond("How long? #done-only");
    const completion = await chat("How long? #done-only");
    const chunks = await chatChunks("How long? #done-only", {
      stream_options: { include_usage: true },
    });

    expect(whole).toMatchObject({ status: "completed", output_text: "Two years it is." });
    expect(whole.usage).toMatchObject({ estimated: true });
    expect(whole.usage?.input_tokens).toBeGreaterThan(0);
    expect(whole.usage?.output_tokens).toBeGreaterThan(0);
    expect(violations("Response", whole)).toEqual([]);
    expect(completion).toMatchObject({
      choices: [{ finish_reason: "stop" }],
      usage: { estimated: true },
    });
    expect(chunks.at(-1)?.usage).toMatchObject({ estimated: true });
  });

  it("is a turn of calls if it has some", async ({ expect }) => {
    const whole = await respond("Go #calls-done-only", { tools: [LOOSE] });

    expect(whole.status).toBe("completed");
    expect(whole.output).toMatchObject([{ type: "function_call", arguments: "{}" }]);
  });

  it("is not marked where the model counts", async ({ expect }) => {
    const { usage } = await respond("How long? #uncited");
    expect(usage).not.toHaveProperty("estimated");
  });
});

it("takes control characters and halves of characters out of a text", async ({ expect }) => {
  const { output_text: text } = await respond("Say it #writes-controls");
  expect(text).toBe("One.\nTwo 😀.\nThree \ufffd.");
});
