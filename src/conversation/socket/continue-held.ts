import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import { userMessage } from "../admit-response.ts";
import { unpackItems } from "../compaction.ts";
import { COPIED_BYTES_MAX } from "../refusals.ts";
import type { CreateResponseBody } from "../response-request.ts";
import type { HeldResponses } from "./socket-client.ts";

/**
 * Resolves the `previous_response_id` of a request if it names a response that is held by the socket and not stored:
 * puts the items of that response before the request's input. Returns null if the socket does not hold such a response;
 * a stored response may still have the id.
 */
export function continueHeld(
  held: HeldResponses,
  body: CreateResponseBody,
): Result<CreateResponseBody, Refusal> | null {
  const { previous_response_id: previous, conversation, input } = body;
  if (typeof previous !== "string" || typeof conversation === "string") return null;
  const packed = held.find(previous);
  if (packed === null) return null;
  const items = typeof input === "string" ? [userMessage(input)] : input;
  const orphan = findOrphan(packed, items);
  if (orphan) return err(orphan);
  const before = { type: "compaction" as const, encrypted_content: packed };
  return ok({ ...body, previous_response_id: null, input: [before, ...items] });
}

type InputItems = Exclude<CreateResponseBody["input"], string>;

/** Refuses the result of a function that nothing has called, which no model could read. */
function findOrphan(packed: string, items: InputItems): Refusal | null {
  if (!items.some((item) => item.type === "function_call_output")) return null;
  const unpacked = unpackItems(packed, COPIED_BYTES_MAX);
  if (!unpacked.ok) return unpacked.error;
  const calls = new Set<string>();
  for (const item of unpacked.value.items) {
    if (item.type === "function_call") calls.add(item.call_id);
  }
  for (const [index, item] of items.entries()) {
    if (item.type === "function_call") calls.add(item.call_id);
    // Items behind a reference or a compaction are not known here.
    if (item.type === "item_reference" || item.type === "compaction") return null;
    if (item.type === "function_call_output" && !calls.has(item.call_id)) {
      return refuseOrphan(item.call_id, `input[${index}].call_id`);
    }
  }
  return null;
}

const refuseOrphan = (callId: string, param: string): Refusal => ({
  code: "invalid_request",
  message: `No function call with call_id '${shorten(callId)}' is before its output. Send the call too, or the id that the model gave it.`,
  param,
});
