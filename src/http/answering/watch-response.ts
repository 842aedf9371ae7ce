import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import { readConversationKey, type ResponseId } from "../../ids.ts";
import type { AppContext } from "../app-env.ts";
import {
  EVENT_STREAM_HEADERS,
  type EventSource,
  streamTexts,
  readEvents,
  formatResponseEvents,
} from "./event-stream.ts";

/** The properties of a response, and of a client's request, that determine how the response's events are streamed. */
export type Watching = {
  /** False for a response that is erased as soon as its last event was sent. */
  readonly isKept: boolean;
  readonly include: readonly string[];
  /** The number of the last event that the client has received; absent if it has received none. */
  readonly after?: number;
};

/**
 * Returns the HTTP response that streams the events of the response `id`. `first` is an open stream of its stored
 * events. If the Durable Object of the response restarts, the HTTP response goes on with a new stream of them.
 */
export function streamResponse(
  c: AppContext,
  deps: ConversationDeps,
  id: ResponseId,
  first: ReadableStream<Uint8Array>,
  watching: Watching,
): Response {
  const events = readEvents(createEventSource(deps, id, watching), first, watching.after);
  return c.body(streamTexts(formatResponseEvents(events)), 200, EVENT_STREAM_HEADERS);
}

/** Makes the functions that read a response's stored events from the Durable Object that stores them. */
export function createEventSource(
  deps: ConversationDeps,
  id: ResponseId,
  { isKept, include }: Watching,
): EventSource {
  const key = readConversationKey(id);
  return {
    open: async (last) => {
      const events = await deps.call(key, (object) => object.events(id, last, include));
      if (!events.ok)
        throw new Error(`The events of ${id} cannot be read: ${events.error.message}`);
      return events.value;
    },
    delivered: async () => {
      if (!isKept) await deps.call(key, (object) => object.delivered(id));
    },
  };
}
