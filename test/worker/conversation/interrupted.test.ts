import { abortAllDurableObjects } from "cloudflare:test";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { beforeAll, describe, it } from "vitest";

import { createProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

const MODEL = "interrupted";

beforeAll(() => useScriptedModel(MODEL));

/** Streams an answer whose object is reset after its first sentence. */
async function watchInterrupted(script: string) {
  const { client } = await createProject();
  const stream = await client.responses.create({
    model: MODEL,
    input: `Is water wet? ${crypto.randomUUID()} #${script}`,
    stream: true,
  });
  const events: ResponseStreamEvent[] = [];
  let isReset = false;
  for await (const event of stream) {
    events.push(event);
    if (event.type !== "response.output_text.delta" || isReset) continue;
    isReset = true;
    await abortAllDurableObjects();
  }
  const id = events[0]?.type === "response.created" ? events[0].response.id : "";
  return { client, id, events, response: await client.responses.retrieve(id) };
}

const numbers = (events: readonly ResponseStreamEvent[]) =>
  events.map((event) => event.sequence_number);

describe("an object that is reset in mid-stream", () => {
  it("continues in the same stream when the model repeats the text", async ({ expect }) => {
    const { client, id, events, response } = await watchInterrupted("pauses-once");

    expect(numbers(events)).toEqual(events.map((_event, n) => n));
    expect(events.at(-1)?.type).toBe("response.completed");
    expect(response.output).toHaveLength(1);
    expect(response.output_text.trim()).toBe("Water is wet. And so it stays.");
    expect(await collect(await client.responses.retrieve(id, { stream: true }))).toEqual(events);
  });

  it("begins a new message when the model's text differs", async ({ expect }) => {
    const { events, response } = await watchInterrupted("wavers-once");

    expect(numbers(events)).toEqual(events.map((_event, n) => n));
    expect(response.output).toMatchObject([
      {
        type: "message",
        status: "incomplete",
        content: [{ text: expect.stringMatching(/^Water/) }],
      },
      { type: "message", status: "completed", content: [{ text: "Ice is dry. And so it stays." }] },
    ]);
  });

  it("cancels a background response in the middle of its answer", async ({ expect }) => {
    const { client } = await createProject();
    const input = `Is water wet? ${crypto.randomUUID()} #pauses-once`;
    const queued = await client.responses.create({ model: MODEL, input, background: true });

    const cancelled = await client.responses.cancel(queued.id);

    expect(queued.status).toBe("queued");
    expect(cancelled.status).toBe("cancelled");
    expect((await client.responses.cancel(queued.id)).status).toBe("cancelled");
  });

  it("refuses a turn while the one before it is in progress", async ({ expect }) => {
    const { client } = await createProject();
    const { id: conversation } = await client.conversations.create();
    const input = `Is water wet? ${crypto.randomUUID()} #pauses-once`;
    const first = { model: MODEL, input, conversation, background: true };
    const { id } = await client.responses.create(first);

    const rejecting = { model: MODEL, input, conversation, conversation_policy: "reject" };
    const second = client.responses.create(rejecting);

    await expect(second).rejects.toMatchObject({ status: 409, code: "conversation_busy" });
    await client.responses.cancel(id);
  });

  it("finishes an answer whose client disconnected", async ({ expect }) => {
    const { client } = await createProject();
    const stream = await client.responses.create({
      model: MODEL,
      input: "Hm? #uncited",
      stream: true,
    });
    let id = "";
    for await (const event of stream) {
      if (event.type !== "response.created") continue;
      id = event.response.id;
      break;
    }

    await expect.poll(async () => (await client.responses.retrieve(id)).status).toBe("completed");
  });

  it("calls a function and continues with its result", async ({ expect }) => {
    const { client } = await createProject();
    const tools = [
      { type: "function" as const, name: "find", parameters: { type: "object" }, strict: false },
    ];
    const asked = await client.responses.create({
      model: MODEL,
      tools,
      input: "Where is it? #calls-function",
    });
    const calls = asked.output.filter((item) => item.type === "function_call");

    const answered = await client.responses.create({
      model: MODEL,
      tools,
      previous_response_id: asked.id,
      instructions: "#uncited",
      input: calls.map(({ call_id }) => ({
        type: "function_call_output" as const,
        call_id,
        output: "here",
      })),
    });

    expect(calls.map((call) => call.arguments)).toEqual(['{"id":"7"}', '{"id":"8"}']);
    expect(answered.status).toBe("completed");
  });
});
