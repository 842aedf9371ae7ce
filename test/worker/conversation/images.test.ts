import { describe, it } from "vitest";

import { createProject } from "../project.ts";

const IMAGE = "data:image/png;base64,iVBORw0KGgo=";

const refusedAt = (param: string) => ({ status: 400, code: "model_cannot", param });

describe("an image in a request", () => {
  it("is refused in the name of the model", async ({ expect }) => {
    const { client } = await createProject();
    const content = [
      { type: "input_text" as const, text: "What is this?" },
      { type: "input_image" as const, image_url: IMAGE, detail: "auto" as const },
    ];
    const refusal = (param: string) => ({
      status: 400,
      code: "model_cannot",
      param,
      message: expect.stringContaining("The model 'extractive-1' reads text only"),
    });
    const input = [
      { role: "system" as const, content: "Be brief." },
      { role: "user" as const, content },
    ];

    await expect(client.responses.create({ model: "extractive-1", input })).rejects.toMatchObject(
      refusal("input[1].content[1]"),
    );
    await expect(client.responses.create({ input })).rejects.toMatchObject(
      refusal("input[1].content[1]"),
    );
    await expect(
      client.responses.create({
        model: "extractive-1",
        input: [{ type: "function_call_output", call_id: "call_1", output: content.slice(1) }],
      }),
    ).rejects.toMatchObject(refusal("input[0].output[0]"));
  });

  it("is refused in a chat completion by the place of its message", async ({ expect }) => {
    const { client } = await createProject();
    const calls = ["a", "b"].map((id) => {
      return { id, type: "function" as const, function: { name: "look", arguments: "{}" } };
    });
    const messages = [
      { role: "assistant" as const, content: "Well.", tool_calls: calls },
      {
        role: "user" as const,
        content: [
          { type: "text" as const, text: "And this?" },
          { type: "image_url" as const, image_url: { url: IMAGE } },
        ],
      },
    ];

    await expect(
      client.chat.completions.create({ model: "extractive-1", messages }),
    ).rejects.toMatchObject({
      status: 400,
      code: "model_cannot",
      param: "messages[1].content[1]",
      message: expect.stringContaining("The model 'extractive-1' reads text only"),
    });
  });

  it("is refused as an item of a conversation, and where nobody answers", async ({ expect }) => {
    const { client } = await createProject();
    const items = [
      {
        role: "user" as const,
        content: [{ type: "input_image" as const, image_url: IMAGE, detail: "auto" as const }],
      },
    ];
    const { id } = await client.conversations.create();

    await expect(client.conversations.create({ items })).rejects.toMatchObject(
      refusedAt("items[0].content[0]"),
    );
    await expect(client.conversations.items.create(id, { items })).rejects.toMatchObject(
      refusedAt("items[0].content[0]"),
    );
    await expect(
      client.responses.inputTokens.count({ model: "extractive-1", input: items }),
    ).rejects.toMatchObject(refusedAt("input[0].content[0]"));
  });
});
