import { beforeAll, describe, it } from "vitest";

import { createProject, type TestProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";

const MODEL = "calling";

const PARAMETERS = {
  type: "object",
  properties: { id: { type: "string" } },
  required: ["id"],
  additionalProperties: false,
};
const LOOSE = { type: "object", properties: { id: { type: "string" } } };

let project: TestProject;
beforeAll(async () => {
  useScriptedModel(MODEL);
  project = await createProject();
});

const order = (more: object = {}) => ({
  type: "function" as const,
  name: "order",
  parameters: PARAMETERS,
  strict: true,
  ...more,
});
const respond = (input: string, more: object = {}) =>
  project.client.responses.create({ model: MODEL, input, tools: [order(more)] });
const chat = (content: string, more: object = {}) =>
  project.client.chat.completions.create({
    model: MODEL,
    messages: [{ role: "user", content }],
    tools: [
      {
        type: "function",
        function: { name: "order", parameters: PARAMETERS, strict: true, ...more },
      },
    ],
  });

const shown = async (more: object) => (await respond("Hi #uncited", more)).tools[0];

describe("a strict function", () => {
  it("is refused with a schema that cannot be strict", async ({ expect }) => {
    const problem = "Invalid schema for the strict function 'order': 'additionalProperties' must";
    const refusal = (param: string) => ({
      status: 400,
      type: "invalid_request_error",
      code: "invalid_function_parameters",
      param,
      message: expect.stringContaining(problem),
    });

    await expect(respond("?", { parameters: LOOSE })).rejects.toMatchObject(
      refusal("tools[0].parameters"),
    );
    await expect(chat("?", { parameters: LOOSE })).rejects.toMatchObject(
      refusal("tools[0].function.parameters"),
    );
  });

  it("is the default of responses where the schema can be strict", async ({ expect }) => {
    expect(await shown({ strict: null })).toMatchObject({ strict: true });
    expect(await shown({ strict: null, parameters: LOOSE })).toMatchObject({ strict: false });
    expect(await shown({ strict: null, parameters: null })).toMatchObject({ strict: true });
    expect(await shown({ strict: false, parameters: LOOSE })).toMatchObject({ strict: false });
  });

  it("fails an answer whose calls never fit, in words of the API", async ({ expect }) => {
    const message = expect.stringContaining("do not fit its schema: id must be of the type string");
    const failed = await respond("Order it #calls-badly");

    expect(failed).toMatchObject({
      status: "failed",
      error: { code: "server_error", message },
      output: [],
    });
    await expect(chat("Order it #calls-badly")).rejects.toMatchObject({ status: 503, message });
    expect((await respond("Order both #calls-badly-once")).output).toMatchObject([
      { type: "function_call", arguments: '{"id":"7"}' },
      { type: "function_call", arguments: '{"id":"8"}' },
    ]);
  });
});

describe("more than 128 calls in a turn", () => {
  it("leave a response incomplete, with the first 128", async ({ expect }) => {
    const response = await respond("Order them #calls-129");

    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
    });
    expect(response.output).toHaveLength(128);
    expect(await project.client.responses.retrieve(response.id)).toMatchObject({
      output: response.output,
    });
  });

  it("do so in a stream and in a chat completion", async ({ expect }) => {
    const stream = await project.client.responses.create({
      model: MODEL,
      input: "Order them, streaming #calls-129",
      tools: [order()],
      stream: true,
    });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    const completion = await chat("Order them, chatting #calls-129");
    const [choice] = completion.choices;

    expect(types.filter((type) => type === "response.output_item.done")).toHaveLength(128);
    expect(types.at(-1)).toBe("response.incomplete");
    expect(choice?.message.tool_calls).toHaveLength(128);
    expect(choice?.finish_reason).toBe("length");
  });
});
