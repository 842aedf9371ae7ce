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

/** The settings of a stream of a response's events. */
export type Watching = {
  /** False for a response that is not stored: it is erased once its last event is sent. */
  readonly store: boolean;
  readonly include: readonly string[];
  /** The number of the last event that the client has received; absent at the start. */
  readonly after?: number;
};

/**
 * Returns the HTTP response that streams a response's events, beginning with the open stream `first`. It continues when
 * the response's object restarts.
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

/** Returns access to a response's stored events, through the conversation object that stores it. */
export function createEventSource(
  deps: ConversationDeps,
  id: ResponseId,
  { store, include }: Watching,
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
      if (!store) await deps.call(key, (object) => object.delivered(id));
    },
  };
}
