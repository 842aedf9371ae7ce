import { type AdmitResponseDeps, admitResponse } from "../../conversation/admit-response.ts";
import type { ConversationDeps, ResponseCommand } from "../../conversation/conversation-client.ts";
import { type CreateResponseBody, outlivesDelivery } from "../../conversation/response-request.ts";
import { chooseTier, LANE_OF_TIER } from "../../conversation/service-tier.ts";
import type { ResponseId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { AdmissionDeps } from "../../lanes/admit-work.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";

/** A response that may be created, and the key of the object that it will live in. */
type Admitted = { readonly conversationKey: string; readonly command: ResponseCommand };

/** A response in progress whose events are streamed. */
type StartedResponse = {
  readonly id: ResponseId;
  readonly isKept: boolean;
  readonly events: ReadableStream<Uint8Array>;
};

/**
 * Checks a request for a response before anything is created, and refuses it if it cannot be answered. Returns the
 * arguments of the call that creates the response, and the key of the conversation object (a Durable Object) to call.
 *
 * An answer for the background is refused first if its lane has too much work, since a refusal must cost little then.
 */
export async function admitCommand(
  deps: AdmitResponseDeps & AdmissionDeps,
  scope: Scope,
  body: CreateResponseBody,
): Promise<Result<Admitted, Refusal>> {
  const lane = LANE_OF_TIER[chooseTier(body.service_tier)];
  const refused = body.background ? await deps.refuseWork(lane) : null;
  if (refused) return err(refused);
  const admitted = await admitResponse(deps, body);
  if (!admitted.ok) return admitted;
  const { conversationKey, ...response } = admitted.value;
  return ok({ conversationKey, command: { ...response, scope } });
}

/**
 * Checks a request for a response, creates the response and returns the stream of its events. Streams over HTTP and
 * WebSockets both start here.
 */
export async function startStream(
  deps: ConversationDeps & AdmitResponseDeps & AdmissionDeps,
  scope: Scope,
  body: CreateResponseBody,
): Promise<Result<StartedResponse, Refusal>> {
  const admitted = await admitCommand(deps, scope, body);
  if (!admitted.ok) return admitted;
  const { conversationKey, command } = admitted.value;
  const events = await deps.call(conversationKey, (object) => object.answerStream(command));
  if (!events.ok) return events;
  return ok({ id: command.id, isKept: outlivesDelivery(command.request), events: events.value });
}
