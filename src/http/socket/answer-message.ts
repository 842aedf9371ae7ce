import type { AdmitResponseDeps } from "../../conversation/admit-response.ts";
import { packItems } from "../../conversation/compaction.ts";
import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import { outlivesDelivery } from "../../conversation/outlives-delivery.ts";
import type { CreateResponseBody } from "../../conversation/response-request.ts";
import { continueHeld } from "../../conversation/socket/continue-held.ts";
import { prepareResponse } from "../../conversation/socket/prepare-response.ts";
import type {
  OpenSocket,
  SocketFrame,
  SocketMessage,
  SocketTurns,
} from "../../conversation/socket/socket-client.ts";
import { CLOSE_REVOKED } from "../../conversation/socket/socket-limits.ts";
import { newId, readConversationKey, type ResponseId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { AdmissionDeps } from "../../lanes/admit-work.ts";
import { logger } from "../../platform/logger.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err } from "../../result.ts";
import { isTerminal, readEvents } from "../answering/event-stream.ts";
import { startStream } from "../answering/start-response.ts";
import { createEventSource } from "../answering/watch-response.ts";
import type { KeyDeps } from "../auth.ts";
import { logAnswered } from "../request-log.ts";
import { describeThrown } from "../thrown.ts";
import { UNKNOWN_KEY } from "../unknown-key.ts";
import { readMessage } from "./client-message.ts";
import { formatErrorEvent } from "./error-event.ts";

type AnsweringDeps = ConversationDeps & AdmitResponseDeps & AdmissionDeps;

/**
 * The dependencies for answering messages on sockets. `answering` makes the dependencies for answering requests of one
 * project, that of the socket's API key.
 */
export type SocketTurnDeps = KeyDeps & { answering(scope: Scope): AnsweringDeps };

/** A message that is being answered. */
type Turn = {
  readonly deps: AnsweringDeps;
  readonly scope: Scope;
  readonly socket: OpenSocket;
  readonly streamId: string | null;
  readonly previousId: string | null;
  /** True if the items of the previous response come from the socket, so that no stored response is continued. */
  readonly isHeld: boolean;
  readonly body: CreateResponseBody;
};

type Frames = AsyncGenerator<SocketFrame, void, undefined>;

/**
 * Makes the functions with which the Durable Object of a socket reads the client's messages and answers them with
 * responses.
 */
export const socketTurns = (deps: SocketTurnDeps): SocketTurns => ({
  read: readOrRefuse,
  answer: (message, socket) => answerMessage(deps, message, socket),
  refuse: formatErrorEvent,
});

function readOrRefuse(data: string | ArrayBuffer): SocketMessage {
  try {
    return readMessage(data);
  } catch (error) {
    const refusal = describeThrown(error, newId("req_"), "socket.message.failed");
    return { streamId: null, previousId: null, request: err(refusal) };
  }
}

async function* answerMessage(
  deps: SocketTurnDeps,
  message: SocketMessage,
  socket: OpenSocket,
): Frames {
  const requestId = newId("req_");
  const startedAt = Date.now();
  let isLogged = false;
  for await (const frame of answerOrRefuse(deps, message, { socket, requestId })) {
    if (!isLogged) {
      const { status = 200 } = frame;
      logAnswered({ requestId, ...SOCKET, status, durationMs: Date.now() - startedAt });
    }
    isLogged = true;
    yield frame;
  }
}

/** The method and the path of messages in the log. */
const SOCKET = { method: "WS", path: "/v1/responses" };

async function* answerOrRefuse(
  deps: SocketTurnDeps,
  message: SocketMessage,
  { socket, requestId }: { readonly socket: OpenSocket; readonly requestId: string },
): Frames {
  try {
    yield* answer(deps, message, socket);
  } catch (error) {
    const refusal = describeThrown(error, requestId, "socket.turn.failed");
    yield refuse({ ...message, socket }, refusal);
  }
}

async function* answer(deps: SocketTurnDeps, message: SocketMessage, socket: OpenSocket): Frames {
  const { streamId, previousId, request } = message;
  const key = await deps.findKey(socket.keySha256);
  if (!key) {
    yield { ...formatErrorEvent(UNKNOWN_KEY, streamId), close: CLOSE_REVOKED };
    return;
  }
  if (!request.ok) return yield refuse({ ...message, socket }, request.error);
  const { body, generate } = request.value;
  const continued = continueHeld(socket.held, body);
  if (continued && !continued.ok) return yield refuse({ ...message, socket }, continued.error);
  const turn: Turn = {
    deps: deps.answering(key.scope),
    scope: key.scope,
    socket,
    streamId,
    previousId,
    isHeld: continued !== null,
    body: continued?.value ?? body,
  };
  yield* generate ? streamResponse(turn) : prepare(turn);
}

/** Creates a response and passes its events on. */
async function* streamResponse(turn: Turn): Frames {
  const { deps, socket, streamId } = turn;
  const { scope, body } = turn;
  const call = { scope, body, key: null, signal: socket.signal };
  const started = await startStream(deps, call);
  if (!started.ok) return yield refuse(turn, started.error);
  const { id, events } = started.value.value;
  const isKept = outlivesDelivery(turn.body);
  const source = createEventSource(deps, id, { isKept, include: [] });
  let last = "";
  const delivered = async () => {
    if (!isKept && last !== FAILED) await hold(turn, id);
    await source.delivered();
  };
  try {
    for await (const event of readEvents({ ...source, delivered, signal: socket.signal }, events)) {
      last = event.type;
      yield { text: formatEvent(event.data, turn) };
    }
  } catch (error) {
    logger.failed("socket.stream.failed", error, { responseId: id });
    yield formatErrorEvent(INTERRUPTED, streamId);
    return;
  }
  if (socket.signal.aborted) return;
  if (!isTerminal(last)) yield refuse(turn, notFound("response", id));
  else if (last === FAILED) forget(turn);
}

const FAILED = "response.failed";
const INTERRUPTED: Refusal = {
  code: "service_unavailable",
  message: "The stream was interrupted. Nothing of a stored response is lost: get it by its id.",
};

/** Keeps the items of a response that is erased now, for a turn that continues it. */
async function hold({ deps, socket }: Turn, id: ResponseId): Promise<void> {
  const items = await deps.call(readConversationKey(id), (object) => object.history(id));
  const packed = items.ok ? packItems(items.value) : items;
  if (packed.ok) socket.held.keep(id, packed.value);
}

/** Prepares a response without a model, and keeps its items on the socket. */
async function* prepare(turn: Turn): Frames {
  const prepared = await prepareResponse(turn.deps, turn.body);
  if (!prepared.ok) return yield refuse(turn, prepared.error);
  const { id, packed, events } = prepared.value;
  turn.socket.held.keep(id, packed);
  for (const event of events) yield { text: formatEvent(JSON.stringify(event), turn) };
}

/** Adds to an event what only the socket knows: its stream, and the previous response that is not stored. */
function formatEvent(data: string, { streamId, previousId, isHeld }: Turn): string {
  if (streamId === null && !isHeld) return data;
  const event: { response?: object } = JSON.parse(data);
  const { response } = event;
  return JSON.stringify({
    ...event,
    ...(isHeld && response && { response: { ...response, previous_response_id: previousId } }),
    ...(streamId !== null && { stream_id: streamId }),
  });
}

type Refused = Pick<Turn, "socket" | "streamId" | "previousId">;

/** Formats a refusal. As Open Responses prescribes, a turn that fails ends what it continues. */
function refuse(turn: Refused, refusal: Refusal): SocketFrame {
  forget(turn);
  return formatErrorEvent(refusal, turn.streamId);
}

function forget({ socket, previousId }: Refused): void {
  if (previousId !== null) socket.held.forget(previousId);
}
