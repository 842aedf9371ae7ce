import { beforeAll, describe, it } from "vitest";
import { z } from "zod";

import { useScriptedModel } from "../conversation/answering-project.ts";
import { createLibrary } from "../conversation/library.ts";
import { createProject } from "../project.ts";
import { openSocket, textOf } from "./socket.ts";

const MODEL = "in-turns";
const Output = z.array(z.looseObject({ type: z.string(), call_id: z.string().optional() }));

beforeAll(() => useScriptedModel(MODEL));

const ASK = { model: "extractive-1", input: "Why is the sky blue?" };
const CREATE = { type: "response.create", ...ASK };

describe("a socket", () => {
  it("answers several turns, with the events of a stream over HTTP", async ({ expect }) => {
    const { ask, client, ...project } = await createLibrary();
    const socket = await openSocket({ client, ...project });
    const first = await socket.turn({ ...CREATE, ...ask, input: "When does the harbour open?" });
    const second = await socket.turn({
      ...CREATE,
      ...ask,
      input: "And when does it close?",
      previous_response_id: first.at(-1)?.response?.id,
    });

    expect(textOf(first)).toContain("opens at six");
    expect(second.at(-1)).toMatchObject({
      type: "response.completed",
      response: { status: "completed", previous_response_id: first[0]?.response?.id },
    });
    for (const events of [first, second]) {
      expect(events.map((event) => event.sequence_number)).toEqual(events.map((_one, at) => at));
    }
    const id = first[0]?.response?.id ?? "";
    const stored = await project.fetch(`/responses/${id}?stream=true`);
    const overHttp = (await stored.text()).split("\n").filter((line) => line.startsWith("data: {"));
    expect(overHttp.map((line) => JSON.parse(line.slice("data: ".length)))).toEqual(first);
  });

  it("serves two conversations in turn", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const [a, b] = [
      await project.client.conversations.create(),
      await project.client.conversations.create(),
    ];
    for (const { id } of [a, b, a]) {
      expect(await socket.create({ ...ASK, conversation: id })).toMatchObject({
        type: "response.completed",
        response: { conversation: { id } },
      });
    }
    const count = async (id: string) =>
      (await project.client.conversations.items.list(id)).data.length;
    expect([await count(a.id), await count(b.id)]).toEqual([4, 2]);
  });

  it.for([false, true])(
    "continues with the results of functions, with store: %s",
    async (store, { expect }) => {
      const socket = await openSocket(await createProject());
      const tools = [
        { type: "function", name: "find", parameters: { type: "object" }, strict: false },
      ];
      const ask = { model: MODEL, tools, store };
      const asked = await socket.create({ ...ask, input: "Where is it? #calls-function" });
      const calls = Output.parse(asked.response?.["output"]);
      const answered = await socket.create({
        ...ask,
        previous_response_id: asked.response?.id,
        instructions: "#uncited",
        input: calls.map(({ call_id }) => ({
          type: "function_call_output",
          call_id,
          output: "here",
        })),
      });

      expect(calls.map(({ type }) => type)).toEqual(["function_call", "function_call"]);
      expect(answered).toMatchObject({
        type: "response.completed",
        response: { previous_response_id: asked.response?.id },
      });
    },
  );
});
