import { describe, it } from "vitest";

import { createProject } from "../project.ts";
import { collect } from "./collect.ts";

const QUESTION = { model: "extractive-1", input: "Why is the sky blue?" };

describe("POST /v1/responses", () => {
  it("answers without a conversation and keeps the answer", async ({ expect }) => {
    const { client } = await createProject();

    const response = await client.responses.create(QUESTION);

    expect(response).toMatchObject({ object: "response", status: "completed", conversation: null });
    expect(response.output_text).not.toBe("");
    expect(await client.responses.retrieve(response.id)).toEqual({
      ...response,
      output_text: response.output_text,
    });
  });

  it("sends the official events in order, numbered without a gap", async ({ expect }) => {
    const { client } = await createProject();

    const stream = await client.responses.create({ ...QUESTION, stream: true });
    const events = await collect(stream);

    expect(events.map((event) => event.type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, n) => n));
  });

  it("replays exactly the events after the one that a client has seen", async ({ expect }) => {
    const { client } = await createProject();
    const stream = await client.responses.create({ ...QUESTION, stream: true });
    const events = await collect(stream);
    const [created] = events;
    const id = created?.type === "response.created" ? created.response.id : "";

    const rest = await client.responses.retrieve(id, { stream: true, starting_after: 3 });

    expect(await collect(rest)).toEqual(events.slice(4));
  });
});
