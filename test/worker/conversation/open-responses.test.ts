import { describe, it } from "vitest";

import { createProject, type TestProject } from "../project.ts";

const ASK = { model: "extractive-1", input: "Why is the sky blue?" };

async function streamText({ fetch }: TestProject): Promise<string> {
  const response = await fetch("/responses", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...ASK, stream: true }),
  });
  return await response.text();
}

describe("Open Responses", () => {
  it("has streams without ids that end with [DONE]", async ({ expect }) => {
    const text = await streamText(await createProject());

    expect(text).toMatch(/\n\ndata: \[DONE\]\n\n$/);
    expect(text).not.toMatch(/^id:/m);
    expect(text.match(/^event: response\.created\ndata: \{.*"usage":null/m)).not.toBeNull();
  });

  it("has streams that continue after the event that a client names", async ({ expect }) => {
    const project = await createProject();
    const text = await streamText(project);
    const [, id = ""] = /"id":"(resp_\w+)"/.exec(text) ?? [];
    const path = `/responses/${id}?stream=true`;

    const byQuery = await (await project.fetch(`${path}&starting_after=4`)).text();
    const headers = { "last-event-id": "4" };
    const byHeader = await (await project.fetch(path, { headers })).text();

    expect(byQuery).toMatch(/^event: .*\ndata: \{.*"sequence_number":5/);
    expect(text.endsWith(byQuery)).toBe(true);
    expect(byHeader).toBe(byQuery);
  });

  it("has every required member in a response, and null descriptions", async ({ expect }) => {
    const { client } = await createProject();
    const response = await client.responses.create({
      ...ASK,
      tools: [{ type: "function", name: "look_up", parameters: null, strict: null }],
    });
    const [message] = response.output;

    expect(response).toMatchObject({ presence_penalty: 0, frequency_penalty: 0 });
    expect(response.tools[0]).toMatchObject({ description: null });
    expect(message).toMatchObject({ type: "message", phase: "final_answer" });
  });

  it("keeps the phase of a message that is sent back", async ({ expect }) => {
    const { client } = await createProject();
    const said = { role: "assistant", content: "Let me look.", phase: "commentary" } as const;
    const { id } = await client.responses.create({
      ...ASK,
      input: [said, { role: "user", content: "Well?" }],
    });
    const { data } = await client.responses.inputItems.list(id, { order: "asc" });

    expect(data[0]).toMatchObject({ role: "assistant", phase: "commentary" });
  });
});
