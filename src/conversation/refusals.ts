import { jsonBytes, REQUEST_BYTES_MAX } from "../bounds.ts";
import type { Refusal } from "../refusal.ts";
import type { ResponseRequest } from "./response-request.ts";

/** Refusal of a second response while the conversation's previous one is in progress. */
export const BUSY: Refusal = {
  code: "conversation_busy",
  message:
    "The conversation's previous response is still in progress. Wait until it ends, then send the request again.",
  param: "conversation",
};
/** Refusal to continue from a response that is in progress. */
export const IN_PROGRESS: Refusal = {
  code: "response_in_progress",
  message:
    "The previous response is still in progress. Wait until it ends, then send the request again.",
  param: "previous_response_id",
};
/** Refusal to cancel a response that was not created in the background. */
export const NOT_CANCELLABLE: Refusal = {
  code: "response_not_cancellable",
  message:
    "This response cannot be cancelled. Only a response that was created with 'background: true' can.",
};
/** Refusal to stream a response whose events were erased. */
export const FOLDED: Refusal = {
  code: "invalid_request",
  message:
    "The events of this response were erased 24 hours after its end. Get it without 'stream'.",
  param: "stream",
};
/** Maximum size of the items that a request copies, unpacks or packs, as JSON. An RPC carries 32 MiB. */
export const COPIED_BYTES_MAX = 8 * 1024 * 1024;
/** Refusal of items that are too large together. */
export const ITEMS_TOO_LARGE: Refusal = {
  code: "payload_too_large",
  message:
    "The items that the request refers to, or packs, have more than 8 MiB of JSON. Use fewer items, or keep them in one conversation.",
};

/**
 * Refuses a request that is too large to store, and names its largest member; null if it fits. Its input does not count,
 * since each item has a row of its own.
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
