import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

import type { TestProject } from "../project.ts";

const Frame = z.looseObject({
  type: z.string(),
  status: z.number().optional(),
  sequence_number: z.number().optional(),
  stream_id: z.string().optional(),
  delta: z.string().optional(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
  response: z.looseObject({ id: z.string(), status: z.string() }).optional(),
});
/** A message of the service. */
export type Frame = z.infer<typeof Frame>;

const ENDS = new Set(["response.completed", "response.incomplete", "response.failed", "error"]);
/** Returns true for the last message about a turn. */
export const isEnd = ({ type }: Frame) => ENDS.has(type);

/** A client's end of a socket: the messages that it has received, and how it was closed. */
export class TestSocket {
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  closed: { code: number; reason: string } | null = null;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.texts.push(String(data));
      if (String(data).startsWith("{")) this.frames.push(Frame.parse(JSON.parse(String(data))));
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
    });
    socket.accept();
  }

  /** Sends an object as JSON, or a text or bytes as they are. */
  send(message: object | string | ArrayBuffer): void {
    const isRaw = typeof message === "string" || message instanceof ArrayBuffer;
    this.#socket.send(isRaw ? message : JSON.stringify(message));
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }

  /** Waits for a message after the first `from` ones. */
  async find(from: number, isIt: (frame: Frame) => boolean): Promise<Frame> {
    const find = () => this.frames.slice(from).find(isIt);
    return await vi.waitUntil(find, { timeout: 10_000, interval: 5 });
  }

  /** Sends a message and returns the messages about it, up to its end. */
  async turn(message: object | string | ArrayBuffer): Promise<Frame[]> {
    const from = this.frames.length;
    const own = typeof message === "object" && "stream_id" in message ? message.stream_id : null;
    const isOwn = ({ stream_id: id }: Frame) => id === undefined || id === own;
    this.send(message);
    const last = await this.find(from, (frame) => isOwn(frame) && isEnd(frame));
    return this.frames.slice(from, this.frames.indexOf(last) + 1).filter(isOwn);
  }

  /** Creates a response and returns its last event's response, or the error. */
  async create(body: object): Promise<Frame> {
    const frames = await this.turn({ type: "response.create", ...body });
    const last = frames.at(-1);
    if (!last) throw new Error("There is no frame");
    return last;
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return await vi.waitUntil(() => this.closed, { timeout: 10_000, interval: 5 });
  }
}

/** Requests an upgrade. */
export const upgrade = ({ fetch }: TestProject, headers: Record<string, string> = {}) =>
  fetch("/responses", { headers: { upgrade: "websocket", ...headers } });

/** Opens a socket with a project's key. */
export async function openSocket(project: TestProject): Promise<TestSocket> {
  const { status, webSocket } = await upgrade(project);
  if (!webSocket) throw new Error(`No socket: ${status}`);
  return new TestSocket(webSocket);
}

const listIds = async () =>
  (await listDurableObjectIds(env.RESPONSE_SOCKETS)).map((id) => id.toString());

/** Opens a socket, and returns its object too. */
export async function openSocketWithObject(project: TestProject) {
  const before = new Set(await listIds());
  const socket = await openSocket(project);
  const [id = ""] = (await listIds()).filter((one) => !before.has(one));
  return { socket, object: env.RESPONSE_SOCKETS.get(env.RESPONSE_SOCKETS.idFromString(id)) };
}

/** The text of the answer in the events of a turn. */
export const textOf = (frames: readonly Frame[]) =>
  frames
    .map(({ delta }) => delta ?? "")
    .join("")
    .trim();
