import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, it, vi } from "vitest";

import type { SocketConnection } from "../../../src/conversation/socket/socket-client.ts";
import {
  SOCKET_GRACE_MS,
  SOCKET_MS_MAX,
  SOCKET_QUEUE_MAX,
  SOCKET_REFUSED_MAX,
  SOCKET_SENT_BYTES_END,
  SOCKET_SENT_BYTES_MAX,
} from "../../../src/conversation/socket/socket-limits.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { createProject } from "../project.ts";
import { openSocketWithObject } from "./socket.ts";

const MODEL = "within-limits";
const ASK = { model: "extractive-1", input: "Why is the sky blue?" };
const STUCK = { type: "response.create", model: MODEL, input: "Is water wet? #stalls" };

beforeAll(() => useScriptedModel(MODEL));

type SocketObject = Awaited<ReturnType<typeof openSocketWithObject>>["object"];

/** Changes what is kept of a socket. */
const change = (object: SocketObject, changes: Partial<SocketConnection>) =>
  runInDurableObject(object, (_object, state) => {
    const [socket] = state.getWebSockets();
    socket?.serializeAttachment({ ...socket.deserializeAttachment(), ...changes });
  });

/** Reads what is stored of a socket. */
const readState = (object: SocketObject) =>
  runInDurableObject(object, async (_object, { storage }) => ({
    keys: (await storage.list()).size,
    alarm: await storage.getAlarm(),
  }));

/** Delivers one more message, and returns the number of messages that were read for it. */
const countRead = (object: SocketObject) =>
  runInDurableObject(object, async (instance) => {
    const read = vi.spyOn(Reflect.get(instance, "turns"), "read");
    await instance.webSocketMessage(new WebSocketPair()[1], "{}");
    return read.mock.calls.length;
  });

const LIMIT = {
  type: "error",
  status: 400,
  error: { code: "websocket_connection_limit_reached" },
};
const AT_LIMIT = { code: 1000, reason: "limit reached" };

describe("a socket", () => {
  it("sets its end when it is opened", async ({ expect }) => {
    const before = Date.now();
    const { object } = await openSocketWithObject(await createProject());
    const { alarm } = await readState(object);

    expect(alarm).toBeGreaterThanOrEqual(before + SOCKET_MS_MAX);
    expect(alarm).toBeLessThanOrEqual(Date.now() + SOCKET_MS_MAX);
  });

  it("is closed by its alarm, and keeps nothing", async ({ expect }) => {
    const { object, socket } = await openSocketWithObject(await createProject());
    await socket.create({ ...ASK, store: false });
    await change(object, { expiresAt: Date.now() });
    await runDurableObjectAlarm(object);

    expect(await socket.untilClosed()).toEqual(AT_LIMIT);
    expect(socket.frames.at(-1)).toMatchObject(LIMIT);
    expect(await readState(object)).toEqual({ keys: 0, alarm: null });
  });

  it("lets a turn at its end go on for a while", async ({ expect }) => {
    const { object, socket } = await openSocketWithObject(await createProject());
    socket.send(STUCK);
    await socket.find(0, ({ type }) => type === "response.in_progress");
    const expiresAt = Date.now();
    await change(object, { expiresAt });
    await runDurableObjectAlarm(object);

    expect(socket.closed).toBeNull();
    expect((await readState(object)).alarm).toBe(expiresAt + SOCKET_GRACE_MS);
    await change(object, { expiresAt: expiresAt - SOCKET_GRACE_MS });
    await runDurableObjectAlarm(object);
    expect(await socket.untilClosed()).toEqual(AT_LIMIT);
  });

  it.for([
    ["60 minutes", { expiresAt: 0 }],
    ["16 MB", { sentBytes: SOCKET_SENT_BYTES_MAX }],
  ] as const)("takes no turn after %s", async ([, changes], { expect }) => {
    const { object, socket } = await openSocketWithObject(await createProject());
    await socket.create(ASK);
    await change(object, changes);
    const frames = await socket.turn({ type: "response.create", ...ASK });

    expect(frames).toMatchObject([LIMIT]);
    expect(await socket.untilClosed()).toEqual(AT_LIMIT);
    expect(socket.frames.at(-1)).toBe(frames[0]);
  });

  it("counts what it sends", async ({ expect }) => {
    const { object, socket } = await openSocketWithObject(await createProject());
    await socket.create(ASK);
    const { sentBytes }: SocketConnection = await runInDurableObject(object, (_object, state) =>
      state.getWebSockets()[0]?.deserializeAttachment(),
    );

    const bytes = socket.texts.map((text) => new TextEncoder().encode(text).byteLength);
    expect(sentBytes).toBe(bytes.reduce((sum, one) => sum + one, 0));
  });

  it("is closed in the middle of a turn that sends too much", async ({ expect }) => {
    const project = await createProject();
    const { object, socket } = await openSocketWithObject(project);
    socket.send(STUCK);
    const { response } = await socket.find(0, ({ type }) => type === "response.created");
    await change(object, { sentBytes: SOCKET_SENT_BYTES_END });
    socket.send({ type: "none", stream_id: "other" });

    expect(await socket.untilClosed()).toEqual(AT_LIMIT);
    const { status } = await project.client.responses.retrieve(response?.id ?? "");
    expect(status).toBe("in_progress");
  });

  it("refuses more messages than may wait, and answers those that do", async ({ expect }) => {
    const { socket } = await openSocketWithObject(await createProject());
    socket.send(STUCK);
    await socket.find(0, ({ type }) => type === "response.in_progress");
    for (let n = 1; n <= SOCKET_QUEUE_MAX; n++) socket.send({ type: "response.create", ...ASK });
    const full = await socket.find(0, ({ type }) => type === "error");

    expect(full).toMatchObject({ status: 429, error: { code: "websocket_queue_full" } });
    expect(socket.frames.filter(({ type }) => type === "error")).toHaveLength(1);
    // Frames of the first answer may come in between.
    socket.send({ type: "response.create", ...ASK, stream_id: "other" });
    const refused = await socket.find(0, ({ stream_id }) => stream_id === "other");
    expect(refused).toMatchObject({ status: 429 });
  });

  it("is closed when its client goes on sending what is refused", async ({ expect }) => {
    const project = await createProject();
    const { object, socket } = await openSocketWithObject(project);
    socket.send(STUCK);
    const { response } = await socket.find(0, ({ type }) => type === "response.created");
    const sent = SOCKET_QUEUE_MAX + SOCKET_REFUSED_MAX + 50;
    for (let n = 1; n <= sent; n++) socket.send({ type: "response.create", ...ASK });

    expect(await socket.untilClosed()).toMatchObject({ code: 1008 });
    const refused = socket.frames.filter(({ error }) => error?.code === "websocket_queue_full");
    expect(refused).toHaveLength(SOCKET_REFUSED_MAX);
    expect(await readState(object)).toEqual({ keys: 0, alarm: null });
    expect(await countRead(object)).toBe(0);
    const { status } = await project.client.responses.retrieve(response?.id ?? "");
    expect(status).toBe("in_progress");
  });
});
