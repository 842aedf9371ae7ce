import { ApiError, open } from "../api/client.ts";
import { readEvents } from "../api/events.ts";
import { applyEvent } from "./answer-events.ts";
import { untilSignedIn } from "./session.ts";
import { INCLUDE, type Turn } from "./turn.ts";

/** A turn whose answer is followed, as its thread has it. */
export type FollowedTurn = {
  /** Returns the turn as it is now; undefined once it is taken away. */
  readonly read: () => Turn | undefined;
  readonly change: (edit: (turn: Turn) => Turn) => void;
  /** Called after each event of the answer. */
  readonly noteEvent: () => Promise<void>;
};

/** Sends a request, and returns its stream of events. */
export type Send = () => Promise<Response>;

/**
 * Delays before each attempt to reopen a broken connection, in milliseconds. They sum to about two minutes, enough for
 * a restart of the service.
 */
const RECONNECT_MS = [500, 1_000, 2_000, 4_000, ...Array.from({ length: 14 }, () => 8_000)];
const NOT_READ =
  "The service does not answer. If it has taken the question, the answer goes on there, and is shown here once the service is back.";

/**
 * Sends a question, and shows the events of its answer until the end. Where the service does not answer, it may have
 * taken the question all the same: then it is sent again. Throws what cannot be outlasted.
 */
export async function followQuestion(turn: FollowedTurn, send: Send): Promise<void> {
  await follow(turn, await sendQuestion(turn, send), send);
}

/** Shows the events of a response that is in progress, from its beginning until its end. */
export async function followResponse(turn: FollowedTurn, id: string): Promise<void> {
  const send = () => openEvents(id, undefined);
  await follow(turn, await sendQuestion(turn, send), send);
}

async function sendQuestion(turn: FollowedTurn, send: Send): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    if (!navigator.onLine) throw error;
    await outlast(error);
    return await connect(turn, send);
  }
}

/**
 * Shows the events of a response until its end. Where the connection breaks, it is opened again where it was; before
 * the first event, `send` opens it.
 */
async function follow(turn: FollowedTurn, first: Response, send: Send): Promise<void> {
  let last: number | undefined;
  for (let response = first; ;) {
    try {
      for await (const { data } of readEvents(response)) {
        last = readNumber(data) ?? last;
        turn.change((before) => applyEvent(before, data));
        await turn.noteEvent();
      }
    } catch (error) {
      await outlast(error);
    }
    const now = turn.read();
    if (!now || now.state === "done") return;
    const { responseId: id } = now;
    response = await connect(turn, id === null ? send : () => openEvents(id, last));
  }
}

const openEvents = (id: string, last: number | undefined): Promise<Response> =>
  open("GET /v1/responses/{response_id}", {
    path: { response_id: id },
    query: { stream: "true", starting_after: last, include: [...INCLUDE] },
  });

/** Calls `begin` until it is answered, for as long as a restart of the service takes. */
async function connect(turn: FollowedTurn, begin: Send): Promise<Response> {
  for (const delay of RECONNECT_MS) {
    turn.change((before) => ({ ...before, state: "reconnecting" }));
    await new Promise((resolve) => setTimeout(resolve, delay));
    try {
      return await begin();
    } catch (error) {
      await outlast(error);
    }
  }
  throw new ApiError(0, "unreachable", NOT_READ);
}

function readNumber(data: unknown): number | null {
  if (typeof data !== "object" || data === null || !("sequence_number" in data)) return null;
  return typeof data.sequence_number === "number" ? data.sequence_number : null;
}

/** Returns once the stream that ended with an error can be opened again. Throws any error that stays. */
async function outlast(error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) await untilSignedIn();
  else if (error.status > 0 && error.status < 500) throw error;
}
