import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { createProject, type TestProject } from "../project.ts";
import { openSocket, openSocketWithObject, type TestSocket } from "./socket.ts";

const MODEL = "extractive-1";
const say = (input: string) => ({ model: MODEL, input, store: false });

const continueFrom = (previous: string, input = "And then?") => ({
  ...say(input),
  previous_response_id: previous,
});

async function createUnstored(socket: TestSocket, input: string): Promise<string> {
  const { response } = await socket.create(say(input));
  return response?.id ?? "";
}

/** Creates a stored response that continues an id, and lists the texts of its input. */
async function inputAfter({ client }: TestProject, socket: TestSocket, previous: string) {
  const body = { ...continueFrom(previous, "Last question?"), store: true };
  const { response, error } = await socket.create(body);
  if (error) throw new Error(error.message);
  const items = await client.responses.inputItems.list(response?.id ?? "", { order: "asc" });
  return items.data.map((item) => (item.type === "message" ? item.content[0] : item));
}

const isNotFound = { type: "error", status: 400, error: { code: "previous_response_not_found" } };

describe("a response with store: false", () => {
  it("is continued on its socket, turn after turn", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const first = await createUnstored(socket, "First question?");
    const second = await socket.create(continueFrom(first, "Second question?"));

    expect(second).toMatchObject({
      type: "response.completed",
      response: { previous_response_id: first, store: false },
    });
    const texts = await inputAfter(project, socket, second.response?.id ?? "");
    expect(texts).toMatchObject([
      { text: "First question?" },
      { type: "output_text" },
      { text: "Second question?" },
      { type: "output_text" },
      { text: "Last question?" },
    ]);
  });

  it("continues a stored one, and keeps the whole chain", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const stored = await socket.create({ ...say("Stored question?"), store: true });
    const second = await socket.create(continueFrom(stored.response?.id ?? ""));

    const texts = await inputAfter(project, socket, second.response?.id ?? "");
    expect(texts).toHaveLength(5);
    expect(texts[0]).toMatchObject({ text: "Stored question?" });
  });

  it("may be one of several, and be continued twice", async ({ expect }) => {
    const socket = await openSocket(await createProject());
    const [a, b] = [await createUnstored(socket, "A?"), await createUnstored(socket, "B?")];

    for (const previous of [a, b, a]) {
      expect((await socket.create(continueFrom(previous))).type).toBe("response.completed");
    }
  });

  it("is unknown to other sockets, to HTTP and to itself after a reconnection", async ({
    expect,
  }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await createUnstored(socket, "First question?");

    expect(await (await openSocket(project)).create(continueFrom(id))).toMatchObject(isNotFound);
    const overHttp = project.client.responses.create(continueFrom(id));
    await expect(overHttp).rejects.toMatchObject({ status: 404 });
    expect((await project.fetch(`/responses/${id}`)).status).toBe(404);
    expect((await socket.create(continueFrom(id))).type).toBe("response.completed");
    socket.close();
    expect(await (await openSocket(project)).create(continueFrom(id))).toMatchObject(isNotFound);
  });

  it("is let go when a turn that continues it fails", async ({ expect }) => {
    const socket = await openSocket(await createProject());
    for (const failing of [
      { input: [{ type: "function_call_output", call_id: "call_1", output: "7" }] },
      { inputs: "a typing error" },
      { model: "gpt-none" },
    ]) {
      const id = await createUnstored(socket, "First question?");
      expect((await socket.create({ ...continueFrom(id), ...failing })).status).toBeLessThan(500);
      expect(await socket.create(continueFrom(id))).toMatchObject(isNotFound);
    }
  });

  it("with a function's output that nothing called, says which", async ({ expect }) => {
    const socket = await openSocket(await createProject());
    const id = await createUnstored(socket, "First question?");
    const output = { type: "function_call_output", call_id: "call_1", output: "7" };
    const call = { type: "function_call", call_id: "call_1", name: "find", arguments: "{}" };

    expect(await socket.create({ ...continueFrom(id), input: [call, output] })).toMatchObject({
      type: "response.completed",
    });
    expect(await socket.create({ ...continueFrom(id), input: [output, call] })).toMatchObject({
      status: 400,
      error: { param: "input[0].call_id", message: expect.stringContaining("'call_1'") },
    });
  });

  it("cannot be continued together with a conversation", async ({ expect }) => {
    const { client, ...project } = await createProject();
    const socket = await openSocket({ client, ...project });
    const id = await createUnstored(socket, "First question?");
    const conversation = (await client.conversations.create()).id;

    expect(await socket.create({ ...continueFrom(id), conversation })).toMatchObject({
      error: { code: "invalid_request", param: "previous_response_id" },
    });
  });
});

describe("a prepared response", () => {
  it("asks no model, and is continued on its socket", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const input = "You know everything about harbours.";
    const frames = await socket.turn({
      ...say(input),
      type: "response.create",
      generate: false,
    });
    const id = frames[0]?.response?.id ?? "";

    expect(frames.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.completed",
    ]);
    expect(frames[2]).toMatchObject({
      response: { id, output: [], store: false, usage: { total_tokens: 0 } },
    });
    expect((await project.fetch(`/responses/${id}`)).status).toBe(404);
    expect(await inputAfter(project, socket, id)).toMatchObject([
      { text: input },
      { text: "Last question?" },
    ]);
  });

  it("needs no input, and may continue another", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const warm = { model: MODEL, generate: false };
    const first = await socket.create({ ...warm });
    const second = await socket.create({
      ...warm,
      input: "Hm.",
      previous_response_id: first.response?.id,
    });

    expect(second).toMatchObject({ response: { previous_response_id: first.response?.id } });
    expect(await inputAfter(project, socket, second.response?.id ?? "")).toHaveLength(2);
  });

  it("is refused as any other request", async ({ expect }) => {
    const socket = await openSocket(await createProject());
    expect(await socket.create({ ...say("?"), model: "none", generate: false })).toMatchObject({
      error: { code: "model_not_found" },
    });
  });
});

describe("a socket that slept", () => {
  it("takes the next turn, and still continues what is not stored", async ({ expect }) => {
    const project = await createProject();
    const { socket, object } = await openSocketWithObject(project);
    const id = await createUnstored(socket, "First question?");
    await evictDurableObject(object);
    socket.send("ping");
    await expect.poll(() => socket.texts.at(-1)).toBe("pong");

    expect(await inputAfter(project, socket, id)).toMatchObject([
      { text: "First question?" },
      { type: "output_text" },
      { text: "Last question?" },
    ]);
  });

  it("erases what it held when it is closed", async ({ expect }) => {
    const { socket, object } = await openSocketWithObject(await createProject());
    await createUnstored(socket, "First question?");
    await evictDurableObject(object);
    const count = () =>
      runInDurableObject(object, async (_object, { storage }) => ({
        keys: (await storage.list()).size,
        alarm: await storage.getAlarm(),
      }));
    expect(await count()).toEqual({ keys: 2, alarm: expect.any(Number) });
    socket.close(4000);

    expect(await socket.untilClosed()).toMatchObject({ code: 4000 });
    await expect.poll(count).toEqual({ keys: 0, alarm: null });
  });
});
