import { describe, it } from "vitest";

import { createProject } from "../project.ts";
import { openSocket } from "../sockets/socket.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";

const MODEL = "phased";
const BODY = {
  model: MODEL,
  input: "Which one? #thinks-before-calling",
  tools: [
    { type: "function" as const, name: "lookup", parameters: { type: "object" }, strict: false },
  ],
};
const OUTPUT = [
  {
    type: "message",
    status: "completed",
    phase: "commentary",
    content: [{ text: "One moment." }],
  },
  { type: "reasoning", status: "completed", content: [{ text: "Hm, which one?" }] },
  { type: "function_call", status: "completed", name: "lookup" },
];

describe("text before reasoning and a call", () => {
  it("is commentary in a response, its stored copy and its conversation", async ({ expect }) => {
    useScriptedModel(MODEL);
    const { client } = await createProject();
    const { id: conversation } = await client.conversations.create();
    const { id, output } = await client.responses.create({ ...BODY, conversation });
    const { data } = await client.conversations.items.list(conversation, { order: "asc" });

    expect(output).toMatchObject(OUTPUT);
    expect((await client.responses.retrieve(id)).output).toEqual(output);
    expect(data.slice(1)).toMatchObject(OUTPUT);
  });

  it("is commentary in a stream and its replay", async ({ expect }) => {
    useScriptedModel(MODEL);
    const { client } = await createProject();
    const events = await collect(await client.responses.create({ ...BODY, stream: true }));
    const last = events.at(-1);
    const id = last?.type === "response.completed" ? last.response.id : "";
    const done = events.flatMap((event) =>
      event.type === "response.output_item.done" ? [event.item] : [],
    );

    expect(done).toContainEqual(expect.objectContaining({ type: "message", phase: "commentary" }));
    expect(last).toMatchObject({ response: { output: OUTPUT } });
    expect(await collect(await client.responses.retrieve(id, { stream: true }))).toEqual(events);
  });

  it("is commentary on a WebSocket", async ({ expect }) => {
    useScriptedModel(MODEL);
    const socket = await openSocket(await createProject());

    expect(await socket.create(BODY)).toMatchObject({ response: { output: OUTPUT } });
  });
});
