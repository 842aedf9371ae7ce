import { describe, expect, it } from "vitest";

import { JSON_BYTES_MAX } from "../../../src/bounds.ts";
import { createProject } from "../project.ts";
import { isEnd, openSocket } from "./socket.ts";

const ASK = { model: "extractive-1", input: "Why is the sky blue?" };
const CREATE = { type: "response.create", ...ASK };

/** Messages that are refused, with the error and a part of its advice. */
const REFUSED: readonly [string, object | string | ArrayBuffer, object, string][] = [
  ["text that is not JSON", "{", { code: "invalid_json" }, "could not be parsed as JSON"],
  ["an empty text", "", { code: "invalid_request", param: "type" }, "response.create"],
  ["bytes", new ArrayBuffer(4), { code: "invalid_json" }, "text message"],
  ["a list", [CREATE], { code: "invalid_request" }, "not a JSON object"],
  ["a text in JSON", '"hello"', { code: "invalid_request" }, "not a JSON object"],
  ["null", "null", { code: "invalid_request" }, "not a JSON object"],
  ["no type", ASK, { code: "invalid_request", param: "type" }, "Send 'response.create'"],
  [
    "an unknown type",
    { type: "response.steer" },
    { code: "invalid_request", param: "type" },
    "'response.steer'",
  ],
  [
    "deep nesting",
    `{"type":"response.create","metadata":${"[".repeat(200)}${"]".repeat(200)}}`,
    { code: "invalid_request", param: "metadata" },
    "nested more than",
  ],
  [
    "more than 8 MB",
    { ...CREATE, input: "x".repeat(JSON_BYTES_MAX) },
    { code: "payload_too_large" },
    "larger than 8 MB",
  ],
  [
    "stream: false",
    { ...CREATE, stream: false },
    { code: "unsupported_parameter", param: "stream" },
    "always streamed",
  ],
  [
    "background",
    { ...CREATE, background: true },
    { code: "unsupported_parameter", param: "background" },
    "goes on",
  ],
  ["a typing error", { ...CREATE, inputs: 1 }, { code: "unknown_parameter", param: "inputs" }, ""],
  ["no input", { type: "response.create" }, { code: "invalid_request", param: "input" }, ""],
  [
    "an unknown model",
    { ...CREATE, model: "gpt-none" },
    { code: "model_not_found", param: "model" },
    "",
  ],
  [
    "an unknown previous response",
    { ...CREATE, previous_response_id: "resp_none" },
    { code: "previous_response_not_found", param: "previous_response_id" },
    "Send the whole input",
  ],
  [
    "an unknown conversation",
    { ...CREATE, conversation: "conv_none" },
    { code: "not_found", param: "conversation" },
    "",
  ],
  [
    "a stream with a space",
    { ...CREATE, stream_id: "a b" },
    { code: "invalid_request", param: "stream_id" },
    "1 to 256",
  ],
  [
    "a prepared turn of a conversation",
    { ...CREATE, generate: false, conversation: "conv_none" },
    { code: "invalid_request", param: "generate" },
    "Leave out 'conversation'",
  ],
];

describe("a message that is refused", () => {
  it.each(REFUSED)(
    "%s: says what to do, and the socket stays open",
    async (_name, message, error, advice) => {
      const socket = await openSocket(await createProject());
      const [frame, ...others] = await socket.turn(message);

      expect(others).toEqual([]);
      expect(frame).toMatchObject({ type: "error", status: expect.any(Number), error });
      expect(frame?.error?.message).toContain(advice);
      expect((await socket.create(ASK)).type).toBe("response.completed");
    },
  );
});

describe("a message", () => {
  it("may have members that change nothing", async () => {
    const socket = await openSocket(await createProject());
    const habits = { stream: true, background: false, stream_options: {}, seed: 1, user: null };

    expect(await socket.create({ ...ASK, ...habits })).toMatchObject({
      type: "response.completed",
      response: { background: false, store: true },
    });
  });

  it("is refused in its turn, after the events of the turn before it", async () => {
    const socket = await openSocket(await createProject());
    socket.send(CREATE);
    socket.send("{");
    socket.send(CREATE);
    await expect.poll(() => socket.frames.filter(isEnd).length).toBe(3);

    const types = socket.frames.map(({ type }) => type);
    expect(types.filter((type) => /created|completed|error/.test(type))).toEqual([
      "response.created",
      "response.completed",
      "error",
      "response.created",
      "response.completed",
    ]);
  });

  it("is answered pong when it is ping", async () => {
    const socket = await openSocket(await createProject());
    socket.send("ping");
    await expect.poll(() => socket.texts).toEqual(["pong"]);
  });
});
