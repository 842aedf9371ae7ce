import { describe, it } from "vitest";

import { createLibrary } from "../conversation/library.ts";
import { createProject } from "../project.ts";
import { openSocket, textOf } from "./socket.ts";

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
});
