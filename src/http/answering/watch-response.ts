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

/** A client's request to receive the events of a response. */
export type Watching = {
  /** A response that is not stored is erased once its last event is sent. */
  readonly store: boolean;
  readonly include: readonly string[];
  /** The number of the last event that the client has. */
  readonly after?: number;
};

/** Streams a response's events. The stream survives restarts of the response's object. */
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

/** Returns the source of a response's events, which survives restarts of the response's object. */
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
