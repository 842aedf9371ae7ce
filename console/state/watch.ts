import {
  ApiError,
  type Call,
  describe,
  type OperationName,
  send,
  sessionEra,
  toStreamError,
} from "../api/client.ts";
import { readEvents } from "../api/events.ts";
import type { Operations } from "../api/operations.ts";
import { whileSeen } from "./while-seen.ts";

/** Pauses before a stream that broke, and one that has ended as it should, is opened again, in milliseconds. */
const AGAIN_MS = 3_000;
const SOON_MS = 300;

type Streamed<Name extends OperationName> = Operations[Name]["query"] extends {
  stream?: "true" | "false";
}
  ? Name
  : never;
/** An operation whose answer can be watched. The streams of responses and of runs have events of their own. */
export type WatchedName = Exclude<
  { [Name in OperationName]: Streamed<Name> }[OperationName],
  "GET /v1/responses/{response_id}" | "GET /v1/runs/{run_id}/events"
>;
/** The answer of an operation. */
export type Answer<Name extends OperationName> = Operations[Name]["response"];

/** The functions that are called with the answer whenever it changes, and with each error. */
type Watcher<Value> = {
  readonly onAnswer: (value: Value) => void;
  readonly onError: (error: unknown) => void;
};

/**
 * Watches the answer of an operation until `signal` is aborted, or the service says that there is nothing to watch. A
 * stream that breaks is opened again. While the page is hidden there is no stream, since a browser has few connections,
 * and none while the session has ended.
 */
export async function watch<Name extends WatchedName>(
  name: Name,
  options: Call<Name>,
  signal: AbortSignal,
  watcher: Watcher<Answer<Name>>,
): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    const seen = await whileSeen(signal);
    if (signal.aborted) return seen.release();
    try {
      for await (const { id, data } of openEvents(name, options, seen.signal, last)) {
        last = id;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the answer of this very operation
        watcher.onAnswer(data as Answer<Name>);
      }
      await wait(SOON_MS);
    } catch (error) {
      if (signal.aborted) return;
      if (!seen.signal.aborted) {
        // After an error, the answer is shown again even if it is the same.
        last = undefined;
        watcher.onError(error);
        if (error instanceof ApiError && error.status === 404) return;
        await wait(AGAIN_MS);
      }
    } finally {
      seen.release();
    }
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function* openEvents<Name extends WatchedName>(
  name: Name,
  options: Call<Name>,
  signal: AbortSignal,
  last: string | undefined,
) {
  const request = describe(name, options);
  const url = `${request.url}${request.url.includes("?") ? "&" : "?"}stream=true`;
  const headers = last === undefined ? {} : { "last-event-id": last };
  const response = await send({ ...request, url }, signal, headers);
  for await (const event of readEvents(response)) {
    if (event.type === "error") throw toStreamError(event.data, sessionEra());
    yield event;
  }
}
