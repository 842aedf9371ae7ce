import { type AdmitResponseDeps, admitResponse } from "../../conversation/admit-response.ts";
import type {
  ClientConnection,
  ConversationDeps,
  ResponseCommand,
  StreamedResponse,
} from "../../conversation/conversation-client.ts";
import type { ResponseObject } from "../../conversation/response-object.ts";
import type { AnyRequestBody } from "../../conversation/response-request.ts";
import { chooseTier, LANE_OF_TIER } from "../../conversation/service-tier.ts";
import { isResponseId, readConversationKey, type ResponseId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { AdmissionDeps } from "../../lanes/admit-work.ts";
import type { Refusal } from "../../refusal.ts";
import { claimOn, type Created, KEY_SPENT, type RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";

type StartDeps = ConversationDeps & AdmitResponseDeps & AdmissionDeps;

/** A client's request for a response, with its project, and its idempotency key or null. */
export type ResponseCall = {
  readonly scope: Scope;
  readonly body: AnyRequestBody;
  readonly key: RequestKey | null;
  /** Fires when the client leaves, where the platform does not end the Worker's call then: on a socket. */
  readonly signal?: AbortSignal;
};

/** A response that may be created, with the key of its object; or one that an earlier request has created. */
type Placed = {
  readonly conversationKey: string;
  readonly of: ResponseCommand | ResponseId;
};

/**
 * Checks a request for a response, creates the response and returns the stream of its events. Streams over HTTP and
 * WebSockets both start here.
 */
export async function startStream(
  deps: StartDeps,
  call: ResponseCall,
): Promise<Result<Created<StreamedResponse>, Refusal>> {
  const placed = await placeResponse(deps, call);
  if (!placed.ok) return placed;
  const { conversationKey, of } = placed.value;
  if (typeof of !== "string") {
    return await deps.call(conversationKey, (object) =>
      whileConnected(call, (client) => object.answerStream(of, client)),
    );
  }
  const events = await deps.call(conversationKey, (object) => object.events(of, -1, []));
  return replay(events.ok ? ok({ id: of, events: events.value }) : events);
}

/**
 * Checks a request for a response, creates the response, and returns it once its answer has ended; at once, if it is
 * made in the background.
 */
export async function makeResponse(
  deps: StartDeps,
  call: ResponseCall,
): Promise<Result<Created<ResponseObject>, Refusal>> {
  const placed = await placeResponse(deps, call);
  if (!placed.ok) return placed;
  const { conversationKey, of } = placed.value;
  const isAwaited = !call.body.background;
  if (typeof of !== "string") {
    return await deps.call(conversationKey, (object) =>
      isAwaited ? whileConnected(call, (client) => object.answer(of, client)) : object.begin(of),
    );
  }
  if (isAwaited) return replay(await deps.call(conversationKey, (object) => object.ended(of)));
  const response = await deps.call(conversationKey, (object) => object.response(of, []));
  return response ? replay(ok(response)) : err(KEY_SPENT);
}

/**
 * Calls an object with a stream that ends when the client leaves, so that a request that waits for its turn in a
 * conversation leaves the queue. The stream ends with the Worker's call, or when `signal` fires. Without a conversation
 * nothing waits, and there is no stream.
 */
async function whileConnected<Value>(
  { body, signal }: ResponseCall,
  call: (client: ClientConnection) => Promise<Value>,
): Promise<Value> {
  if (!body.conversation) return await call(null);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const leave = () => void writable.close().catch(() => {});
  signal?.addEventListener("abort", leave, { once: true });
  try {
    return await call(readable);
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

const replay = <Value>(made: Result<Value, Refusal>): Result<Created<Value>, Refusal> =>
  made.ok
    ? ok({ value: made.value, isReplayed: true })
    : err(made.error.code === "not_found" ? KEY_SPENT : made.error);

/**
 * Checks a request for a response before anything is created, and refuses it if it cannot be answered, unless an earlier
 * request with its key was. A key is claimed in the object that is named by it, so that it has one response wherever
 * the response is stored.
 */
async function placeResponse(
  deps: StartDeps,
  { scope, body, key }: ResponseCall,
): Promise<Result<Placed, Refusal>> {
  const admitted = await admitCall(deps, body, key);
  if (!admitted.ok) return key ? await findEarlier(deps, key, admitted.error) : admitted;
  const { conversationKey, ...response } = admitted.value;
  const command = { ...response, scope };
  const { id, claim } = command;
  if (!claim || claim.name === conversationKey) return ok({ conversationKey, of: command });
  const claimed = await deps.call(claim.name, (object) => object.claimKey(claim, id));
  if (!claimed.ok) return claimed;
  return ok({ conversationKey, of: { ...command, id: claimed.value } });
}

/**
 * Checks a request. An answer for the background is refused first if its lane has too much work, since a refusal must
 * cost little then.
 */
async function admitCall(
  deps: StartDeps,
  body: AnyRequestBody,
  key: RequestKey | null,
): ReturnType<typeof admitResponse> {
  const lane = LANE_OF_TIER[chooseTier(body.service_tier)];
  const refused = body.background ? await deps.refuseWork(lane) : null;
  return refused ? err(refused) : await admitResponse(deps, body, key);
}

/** Finds the response of an earlier request with a key, which may refer to what has been deleted since. */
async function findEarlier(
  deps: StartDeps,
  key: RequestKey,
  refusal: Refusal,
): Promise<Result<Placed, Refusal>> {
  const claim = claimOn(key, key.today);
  const made = await deps.call(key.name, (object) => object.madeWith(claim));
  if (!made.ok) return made;
  const [id = ""] = made.value ?? [];
  return isResponseId(id) ? ok({ conversationKey: readConversationKey(id), of: id }) : err(refusal);
}
