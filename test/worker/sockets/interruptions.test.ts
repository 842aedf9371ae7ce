import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, it, vi } from "vitest";

import { readEvents } from "../../../src/http/answering/event-stream.ts";
import { forgetKeys } from "../../../src/platform/databases/api-keys.ts";
import { openConversationStub, useScriptedModel } from "../conversation/answering-project.ts";
import { failOnce, restoreDatabases } from "../fail-once.ts";
import { callAsOperator } from "../operator.ts";
import { createProject, type TestProject } from "../project.ts";
import { isEnd, openSocket, openSocketWithObject, type TestSocket, textOf } from "./socket.ts";

const MODEL = "on-sockets";

beforeAll(() => useScriptedModel(MODEL));

const ask = (script: string) => ({
  type: "response.create",
  model: MODEL,
  input: `Is water wet? ${crypto.randomUUID()} #${script}`,
});

const isDelta = ({ type }: { type: string }) => type === "response.output_text.delta";

/** Begins a turn that waits for the model after its first sentence. Returns the id of the response. */
async function beginTurn(socket: TestSocket, more: object = {}): Promise<string> {
  const from = socket.frames.length;
  socket.send({ ...ask("pauses-once"), ...more });
  await socket.find(from, isDelta);
  const created = await socket.find(from, ({ type }) => type === "response.created");
  return created.response?.id ?? "";
}

async function crashConversation(project: TestProject, id: string): Promise<void> {
  const crash = runInDurableObject(openConversationStub(project, id), (_object, state) =>
    state.abort("A test crashes this object"),
  );
  await crash.catch(() => {});
}

describe("a socket that breaks", () => {
  it("ends no response: it is read on over HTTP", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await beginTurn(socket);
    socket.close();
    await socket.untilClosed();
    await crashConversation(project, id);

    const read = async () => (await project.client.responses.retrieve(id)).status;
    await expect.poll(read, { timeout: 10_000 }).toBe("completed");
    const last = socket.frames.at(-1)?.sequence_number ?? -1;
    const rest = await project.client.responses.retrieve(id, {
      stream: true,
      starting_after: last,
    });
    const types: string[] = [];
    for await (const event of rest) {
      if (types.length === 0) expect(event.sequence_number).toBe(last + 1);
      types.push(event.type);
    }
    expect(types.at(-1)).toBe("response.completed");
  });

  it("as its object is reset, ends no response either", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await beginTurn(socket);
    await abortAllDurableObjects();

    await socket.untilClosed();
    const read = async () => (await project.client.responses.retrieve(id)).status;
    await expect.poll(read, { timeout: 10_000 }).toBe("completed");
  });
});

describe("a turn", () => {
  it("goes on without a gap when the conversation's object is reset", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await beginTurn(socket);
    await crashConversation(project, id);
    await socket.find(0, isEnd);

    const numbers = socket.frames.map((frame) => frame.sequence_number);
    expect(numbers).toEqual(numbers.map((_number, at) => at));
    expect(textOf(socket.frames)).toBe("Water is wet. And so it stays.");
  });

  it("ends with an error when its response is deleted", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await beginTurn(socket);
    await project.client.responses.delete(id);

    const end = await socket.find(0, isEnd);
    expect(end).toMatchObject({ type: "error", status: 404, error: { code: "not_found" } });
    expect(end.error?.message).toContain(id);
    expect((await socket.create({ model: "extractive-1", input: "Hello" })).type).toBe(
      "response.completed",
    );
  });

  it("that fails ends with the event of that", async ({ expect }) => {
    const socket = await openSocket(await createProject());
    const end = (await socket.turn({ ...ask("refuses-request") })).at(-1);
    expect(end).toMatchObject({ type: "response.failed", response: { status: "failed" } });
  });
});

describe("a key that is revoked", () => {
  it("ends its sockets with their next message, and no turn", async ({ expect }) => {
    const project = await createProject();
    const { socket, object } = await openSocketWithObject(project);
    await socket.create({ model: "extractive-1", input: "Hello", store: false });
    const id = await beginTurn(socket);
    const keys = await callAsOperator(project.scope, "GET", "/api_keys");
    const { data }: { data: { id: string }[] } = await keys.json();
    await callAsOperator(project.scope, "DELETE", `/api_keys/${data[0]?.id}`);
    await crashConversation(project, id);
    await socket.find(0, ({ type, response }) => isEnd({ type }) && response?.id === id);
    const refused = await socket.create({ model: "extractive-1", input: "Hello" });

    expect(refused).toMatchObject({ status: 401, error: { code: "invalid_api_key" } });
    expect(await socket.untilClosed()).toMatchObject({ code: 4001 });
    const countKeys = () =>
      runInDurableObject(object, async (_object, { storage }) => (await storage.list()).size);
    await expect.poll(countKeys).toBe(0);
  });
});

describe("a failure of the platform", () => {
  it("is an error of its turn, which may be sent again", async ({ expect }) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const socket = await openSocket(await createProject());
    forgetKeys();
    failOnce(1);
    const failed = await socket.create({ model: "extractive-1", input: "Hello" });
    restoreDatabases();

    expect(failed).toMatchObject({ status: 503, error: { code: "service_unavailable" } });
    expect((await socket.create({ model: "extractive-1", input: "Hello" })).type).toBe(
      "response.completed",
    );
  });
});

describe("streams of a socket", () => {
  it("are answered at the same time, each in its order", async ({ expect }) => {
    const project = await createProject();
    const socket = await openSocket(project);
    const id = await beginTurn(socket, { stream_id: "slow" });
    socket.send({ ...ask("uncited"), stream_id: "slow" });
    const quick = await socket.turn({ ...ask("uncited"), stream_id: "quick.1" });
    const refused = await socket.turn({ type: "response.create", stream_id: "quick.1" });

    expect(quick.at(-1)).toMatchObject({ type: "response.completed", stream_id: "quick.1" });
    expect(refused).toMatchObject([{ type: "error", stream_id: "quick.1" }]);
    await crashConversation(project, id);
    const ofSlow = () => socket.frames.filter((frame) => frame.stream_id === "slow");
    await expect.poll(() => ofSlow().filter(isEnd).length, { timeout: 10_000 }).toBe(2);
    const order = ofSlow().filter(({ type }) => /created|completed/.test(type));
    expect(order.map(({ type }) => type)).toEqual([
      "response.created",
      "response.completed",
      "response.created",
      "response.completed",
    ]);
    expect(order[0]?.response?.id).toBe(id);
  });
});

describe("the events of a response", () => {
  it("are no longer read when the reader leaves in silence", async ({ expect }) => {
    let isCancelled = false;
    const silent = new ReadableStream<Uint8Array>({
      cancel: () => {
        isCancelled = true;
      },
    });
    const leaving = new AbortController();
    const events = readEvents(
      {
        open: () => Promise.reject(new Error("It is not opened again")),
        delivered: () => Promise.reject(new Error("Nothing is delivered")),
        signal: leaving.signal,
      },
      silent,
    );
    const next = events.next();
    leaving.abort();

    expect(await next).toEqual({ done: true, value: undefined });
    expect(isCancelled).toBe(true);
  });
});
