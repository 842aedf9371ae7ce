import { jsonBytes, REQUEST_BYTES_MAX } from "../bounds.ts";
import type { Refusal } from "../refusal.ts";
import { err, type Result } from "../result.ts";
import type { ResponseRequest } from "./response-request.ts";

/** The refusal of a request that says what happens in a conversation, but is in none. */
export const POLICY_WITHOUT_CONVERSATION: Refusal = {
  code: "invalid_request",
  message:
    "'conversation_policy' is about requests in a conversation. Send 'conversation' too, or leave it out.",
  param: "conversation_policy",
};
/** The refusal of a new response whose `previous_response_id` names a response that is still in progress. */
export const IN_PROGRESS: Refusal = {
  code: "response_in_progress",
  message:
    "The previous response is still in progress. Wait until it ends, then send the request again.",
  param: "previous_response_id",
};
/** The refusal to cancel a response that was not created with `background: true`. */
export const NOT_CANCELLABLE: Refusal = {
  code: "response_not_cancellable",
  message:
    "This response cannot be cancelled. Only a response that was created with 'background: true' can.",
};
/** The refusal to stream the events of a response after they were erased, 24 hours after its end. */
export const EVENTS_ERASED: Refusal = {
  code: "invalid_request",
  message:
    "The events of this response were erased 24 hours after its end. Get it without 'stream'.",
  param: "stream",
};
/**
 * Maximum total bytes, as JSON, of the items that one request copies from other conversations, compacts or unpacks. It
 * is below the 32 MiB that a call between Durable Objects may carry.
 */
export const COPIED_BYTES_MAX = 8 * 1024 * 1024;
/** The refusal of a request that copies, compacts or unpacks more than `COPIED_BYTES_MAX` bytes of items. */
export const ITEMS_TOO_LARGE: Refusal = {
  code: "payload_too_large",
  message:
    "The items that the request refers to, or packs, have more than 8 MiB of JSON. Use fewer items, or keep them in one conversation.",
};

/** Passes a result on, unless its value has more JSON than one call can copy. */
export const fitCall = <Value>(read: Result<Value, Refusal>): Result<Value, Refusal> =>
  read.ok && jsonBytes(read.value) > COPIED_BYTES_MAX ? err(ITEMS_TOO_LARGE) : read;

/** Refuses the image in the request part `param`. `reader` begins the message, such as "Models here read". */
export const imageRefused = (reader: string, param: string): Refusal => ({
  code: "model_cannot",
  message: `${reader} text only, and no images. Send text, or upload documents as files and attach them to a store.`,
  param,
});

/**
 * Refuses a request that is too large to store, and names its largest property; null if it fits. The input of the
 * request is not counted, since each of its items is stored in a row of its own.
 */
export function refuseLargeRequest(request: ResponseRequest): Refusal | null {
  if (jsonBytes(request) <= REQUEST_BYTES_MAX) return null;
  const sizes = Object.entries(request).map(([name, value]) => ({ name, bytes: jsonBytes(value) }));
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0];
  return {
    code: "payload_too_large",
    message: `The request has more than ${REQUEST_BYTES_MAX} bytes as JSON without its input. Shorten its instructions, its tools or its format.`,
    ...(largest && { param: largest.name }),
  };
}
