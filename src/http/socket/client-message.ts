import { z } from "zod";

import { JSON_BYTES_MAX, utf8Length } from "../../bounds.ts";
import { INPUT_ITEMS_MAX, InputItemParam } from "../../conversation/input-item.ts";
import { CreateResponseBody } from "../../conversation/response-request.ts";
import type { SocketMessage, TurnRequest } from "../../conversation/socket/socket-client.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import { RESPONSE_OTHERS } from "../answering/response-others.ts";
import type { OtherProperties } from "../request/other-properties.ts";
import { checkBody, parseSentJson } from "../request/request.ts";
import { COMPONENTS } from "../route/components.ts";

const CREATE = "response.create";

/**
 * The schema of the socket message `response.create`: the body of `POST /v1/responses` without `stream` and
 * `background`, which make sense over HTTP only, and with `stream_id` and `generate`.
 */
export const CreateMessage = CreateResponseBody.omit({ stream: true, background: true })
  .extend({
    type: z.literal(CREATE).describe("Type of the message."),
    stream_id: z
      .string()
      .nullish()
      .describe("Name of a stream of the socket. Turns of different streams are answered at once."),
    generate: z
      .boolean()
      .nullish()
      .describe("With false, the response is prepared for a later turn, and no model is asked."),
  })
  .register(COMPONENTS, { id: "ResponseCreateMessage" });
/** The same with `generate: false`, which may prepare a response before there is any input. */
const WarmUpMessage = CreateMessage.extend({
  input: z
    .union([z.string().max(4_000_000), z.array(InputItemParam).max(INPUT_ITEMS_MAX)])
    .nullish()
    .transform((input) => input ?? []),
});

/** Members of HTTP that a client may send where they change nothing. */
const MESSAGE_OTHERS: OtherProperties = {
  ...RESPONSE_OTHERS,
  stream: {
    refused: "over a WebSocket events are always streamed. Leave it out.",
    harmless: [true],
  },
  background: {
    refused:
      "over a WebSocket responses are streamed. Leave it out; a response goes on when the socket is closed.",
    harmless: [false],
  },
};

/**
 * Reads a message that a client sent on a socket. If the message is invalid, `request` in the result is the refusal,
 * which is sent after the answers to earlier messages.
 */
export function readMessage(data: string | ArrayBuffer): SocketMessage {
  const parsed = parseMessage(data);
  if (!parsed.ok) return { streamId: null, previousId: null, request: parsed };
  const message = parsed.value;
  const { stream_id: streamId, previous_response_id: previous } = message;
  const previousId = typeof previous === "string" ? previous : null;
  if (streamId === undefined || streamId === null) {
    return { streamId: null, previousId, request: checkMessage(message) };
  }
  if (typeof streamId !== "string" || !STREAM_ID.test(streamId)) {
    return { streamId: null, previousId, request: err(INVALID_STREAM) };
  }
  return { streamId, previousId, request: checkMessage(message) };
}

const STREAM_ID = /^[\w.-]{1,256}$/;
const INVALID_STREAM: Refusal = {
  code: "invalid_request",
  message:
    "Invalid 'stream_id': use 1 to 256 letters, digits, underscores, hyphens and periods, or leave it out.",
  param: "stream_id",
};

function parseMessage(
  data: string | ArrayBuffer,
): Result<Readonly<Record<string, unknown>>, Refusal> {
  if (typeof data !== "string") return err(NOT_TEXT);
  if (data.length > JSON_BYTES_MAX || utf8Length(data) > JSON_BYTES_MAX) return err(TOO_LARGE);
  const json = parseSentJson(data, "message");
  if (!json.ok) return json;
  // As the body of a request, null is the empty object.
  if (/^\s*null\s*$/.test(data)) return err(NO_OBJECT);
  return isRecord(json.value) ? ok(json.value) : err(NO_OBJECT);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NOT_TEXT: Refusal = {
  code: "invalid_json",
  message: "The message is binary. Send JSON in a text message.",
};
const TOO_LARGE: Refusal = {
  code: "payload_too_large",
  message: `The message is larger than ${JSON_BYTES_MAX / 1024 / 1024} MB. Upload large texts as files.`,
};
const NO_OBJECT: Refusal = {
  code: "invalid_request",
  message: `The message is not a JSON object. Send one with 'type': '${CREATE}' and the members of the body of POST /v1/responses.`,
};

function checkMessage(message: Readonly<Record<string, unknown>>): Result<TurnRequest, Refusal> {
  const { type } = message;
  if (type !== CREATE) return err(refuseType(type));
  const generate = message["generate"] !== false;
  const checked = checkBody(message, generate ? CreateMessage : WarmUpMessage, MESSAGE_OTHERS);
  if (!checked.ok) return checked;
  const { type: _type, stream_id: _stream, generate: _generate, ...body } = checked.value.value;
  if (!generate && body.conversation) return err(WARM_UP_ALONE);
  return ok({ body: { ...body, stream: true, background: false }, generate });
}

const refuseType = (type: unknown): Refusal => ({
  code: "invalid_request",
  message:
    typeof type === "string"
      ? `Invalid 'type': '${shorten(type)}' is no message of a client here. Send '${CREATE}'.`
      : `Invalid 'type': every message names its type. Send '${CREATE}'.`,
  param: "type",
});
const WARM_UP_ALONE: Refusal = {
  code: "invalid_request",
  message:
    "'generate: false' prepares a chain of responses on this socket and changes no conversation. Leave out 'conversation', or continue with 'previous_response_id'.",
  param: "generate",
};
