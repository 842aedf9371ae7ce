import { logger } from "../../platform/logger.ts";
import type { AppContext } from "../app-env.ts";

/** Access to the stored events of one response or run. The Durable Object that stores them streams them. */
export type EventSource = {
  /** Opens a stream of the events whose number is greater than `after`. Called again if the Durable Object restarts. */
  open(after: number): Promise<ReadableStream<Uint8Array>>;
  /** Reports to the Durable Object that the client has received the last event. */
  delivered(): Promise<void>;
  /** A signal that ends the reading of events at once when it is aborted, even during a wait for the next event. */
  readonly signal?: AbortSignal;
};

/** An event of a response or a run as it is sent to the client: its type, its number and its JSON. */
export type SentEvent = { readonly type: string; readonly id: number; readonly data: string };

/** Reopenings in a row that bring no event, before reading fails. */
const BARREN_MAX = 10;
const PAUSE_MS = 25;
const PAUSE_MS_MAX = 1_000;

/** The HTTP headers of a response with server-sent events. */
export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
};

/**
 * Yields the events of a response or run, from `first`, an open stream of its stored events, to the last event. If the
 * Durable Object restarts, a new stream is opened after the last event yielded, so the client sees one stream without a
 * gap. The object ends a stream before the last event if the client reads too slowly: then no more events are yielded,
 * and the client has to reconnect for the rest.
 */
export async function* readEvents(
  source: EventSource,
  first: ReadableStream<Uint8Array>,
  after = -1,
): AsyncGenerator<SentEvent, void, undefined> {
  let last = after;
  let stream: ReadableStream<Uint8Array> | null = first;
  for (let barren = 0; ; barren++) {
    try {
      stream ??= await source.open(last);
      for await (const event of parseEvents(stream, source.signal)) {
        last = event.id;
        barren = 0;
        yield event;
        if (isTerminal(event.type)) {
          await source.delivered();
          return;
        }
      }
      return;
    } catch (error) {
      if (barren >= BARREN_MAX) throw error;
      logger.warn("http.stream.reopened", { count: barren }, error);
      stream = null;
      await scheduler.wait(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** barren));
    }
  }
}

/**
 * Makes a byte stream of server-sent events that a generator yields as text. When the client disconnects, the generator
 * is ended; the response or run itself continues.
 */
export function streamTexts(texts: AsyncGenerator<string, void, undefined>): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const next = await texts.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await texts.return();
    },
  });
}

/**
 * Formats an event of a run as a server-sent event. Its `id` is the event's number, which clients send back as
 * `Last-Event-ID` when they reconnect.
 */
export const formatRunEvent = ({ type, id, data }: SentEvent): string =>
  `event: ${type}\nid: ${id}\ndata: ${data}\n\n`;

/**
 * Formats an event of a response as a server-sent event. Unlike that of a run it has no `id`, as Open Responses
 * prescribes.
 */
export const formatResponseEvent = ({ type, data }: Omit<SentEvent, "id">): string =>
  `event: ${type}\ndata: ${data}\n\n`;

/**
 * Formats the events of a run as server-sent events. If `events` throws, the client gets an `error` event at the end.
 */
export const formatRunEvents = (events: AsyncGenerator<SentEvent, void, undefined>) =>
  formatEvents(events, formatRunEvent);

/**
 * Formats the events of a response as server-sent events, with `data: [DONE]` at the end. If `events` throws, the
 * client gets an `error` event before it.
 */
export async function* formatResponseEvents(
  events: AsyncGenerator<SentEvent, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  yield* formatEvents(events, formatResponseEvent);
  yield "data: [DONE]\n\n";
}

async function* formatEvents(
  events: AsyncGenerator<SentEvent, void, undefined>,
  format: (event: SentEvent) => string,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const event of events) yield format(event);
  } catch (error) {
    logger.failed("http.stream.failed", error);
    const message = "The stream was interrupted. Nothing is lost: get the response again.";
    const data = { type: "error", code: "server_error", message, param: null, sequence_number: 0 };
    yield `event: error\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/**
 * Reads the header `Last-Event-ID`: the number of the last event that a browser's EventSource has received, which it
 * sends when it reconnects. Returns null if the header is missing or invalid. The number takes precedence over the one
 * in the URL, which is older.
 */
export function readLastEventId(c: AppContext): number | null {
  const id = c.req.header("last-event-id");
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
}

/** Tests whether an event of this type is the last one of a response. */
export const isTerminal = (type: string): boolean => TERMINAL.has(type);
const TERMINAL = new Set(["response.completed", "response.incomplete", "response.failed"]);

/**
 * Parses the complete events of a stream that this service wrote. Incomplete events are never passed on. `signal` ends
 * it without an error.
 */
async function* parseEvents(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<SentEvent, void, undefined> {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) yield parseEvent(block);
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    cancel();
  }
}

function parseEvent(block: string): SentEvent {
  const found = /^event: (.*)\nid: (\d+)\ndata: (.*)$/s.exec(block);
  if (!found) throw new Error(`Not an event that this service wrote: ${block.slice(0, 80)}`);
  const [, type = "", id = "", data = ""] = found;
  return { type, id: Number(id), data };
}
