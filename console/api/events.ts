import { createParser } from "eventsource-parser";

import { sessionEra, toStreamError, unreachable } from "./client.ts";

/** An event of a stream: its type, its id if it has one, and its data as JSON. */
export type StreamEvent = {
  readonly type: string;
  readonly id: string | undefined;
  readonly data: unknown;
};

/**
 * Reads the events of a response with server-sent events, as they arrive. Throws an `ApiError` where the connection
 * breaks, and where the session ends; the caller opens the stream again after the last event that it has.
 */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  if (!response.body) return;
  const begun = sessionEra();
  const arrived: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) => {
      if (data !== "[DONE]") arrived.push({ type: event ?? "message", id, data: JSON.parse(data) });
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await readPiece(reader);
      if (done) return;
      parser.feed(value);
      for (const event of arrived.splice(0)) {
        const ended = event.type === "error" ? toStreamError(event.data, begun) : null;
        if (ended?.status === 401) throw ended;
        yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function readPiece(reader: ReadableStreamDefaultReader<string>) {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}
