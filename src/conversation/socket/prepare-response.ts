import type { ResponseId } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { type AdmitResponseDeps, admitResponse } from "../admit-response.ts";
import { packItems } from "../compaction.ts";
import type { ConversationDeps } from "../conversation-client.ts";
import { readInput } from "../read-input.ts";
import { newResponse, NO_USAGE, type ResponseObject } from "../response-object.ts";
import type { CreateResponseBody } from "../response-request.ts";
import type { StreamEvent } from "../stream-event.ts";

/** A response that no model was asked for: its items, packed, and its events. */
type PreparedResponse = {
  readonly id: ResponseId;
  readonly packed: string;
  readonly events: readonly StreamEvent[];
};

/**
 * Prepares a response that later requests on the same socket continue (`generate: false`): checks the request like any
 * other, and reads the items that the response would answer. It calls no model and stores nothing.
 */
export async function prepareResponse(
  deps: ConversationDeps & AdmitResponseDeps,
  body: CreateResponseBody,
): Promise<Result<PreparedResponse, Refusal>> {
  const admitted = await admitResponse(deps, body);
  if (!admitted.ok) return admitted;
  const items = await readInput(deps, body);
  if (!items.ok) return items;
  const packed = packItems(items.value);
  if (!packed.ok) return packed;
  const { id, previousId, request } = admitted.value;
  const createdAt = Math.floor(Date.now() / 1000);
  const frame = { id, conversationId: null, previousResponseId: previousId, createdAt };
  const begun = newResponse(frame, { ...request, store: false });
  const ended: ResponseObject = {
    ...begun,
    status: "completed",
    completed_at: createdAt,
    usage: NO_USAGE,
  };
  const events: StreamEvent[] = [
    { type: "response.created", sequence_number: 0, response: begun },
    { type: "response.in_progress", sequence_number: 1, response: begun },
    { type: "response.completed", sequence_number: 2, response: ended },
  ];
  return ok({ id, packed: packed.value, events });
}
