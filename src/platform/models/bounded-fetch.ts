import { markEnd } from "./end-mark.ts";
import { UnreadableReply } from "./retry.ts";

/** Maximum bytes of one event of a model's stream: a multiple of what an answer holds. */
const EVENT_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes after which a stream is cut: an answer and its reasoning fit many times, in deltas of a few letters. */
const STREAM_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes that each piece of a line counts in addition: a line may come byte by byte. */
const PIECE_BYTES = 128;
/** Maximum bytes of a response that is read as a whole, such as the vectors of 100 texts. */
const WHOLE_BYTES_MAX = 32 * 1024 * 1024;
/** Bytes that are read of an error's body. */
const ERROR_BYTES_MAX = 64 * 1024;

/**
 * Wraps the `fetch` of a model's provider so that responses are limited before anything parses them. A stream is cut
 * before a line that is too large, and after `STREAM_BYTES_MAX`, as if the model had reached its token limit. The body
 * of an error response is cut. Redirects are not followed: the key and the prompt go to the operator's address alone.
 * To a stream that ends with `[DONE]`, a chunk is added that marks it as complete (`isEndMark`).
 */
export function boundedFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, { ...init, redirect: "manual" });
    const { body, status, headers } = response;
    if (body === null) return response;
    const bounded = body.pipeThrough(boundFor(response));
    const marked = isStream(response) ? bounded.pipeThrough(markEnd()) : bounded;
    return new Response(marked, { status, headers });
  };
}

function boundFor(response: Response): TransformStream<Uint8Array, Uint8Array> {
  if (!response.ok) return cutAfter(ERROR_BYTES_MAX);
  return isStream(response) ? boundEvents() : failAfter(WHOLE_BYTES_MAX);
}

const isStream = ({ ok, headers }: Response): boolean =>
  ok && headers.get("content-type")?.startsWith("text/event-stream") === true;

function cutAfter(bytesMax: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytesMax;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left));
      left -= chunk.byteLength;
      if (left <= 0) controller.terminate();
    },
  });
}

function failAfter(bytesMax: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytesMax;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) throw new Error(`The provider's response has more than ${bytesMax} bytes`);
      controller.enqueue(chunk);
    },
  });
}

/**
 * Passes whole lines on, since a line that was begun could no longer be left out. The same holds for an event of several
 * lines: one that is too large makes the reply unreadable.
 */
function boundEvents(): TransformStream<Uint8Array, Uint8Array> {
  let line: Uint8Array[] = [];
  let lineBytes = 0;
  let total = 0;
  const measure = new EventMeasure();
  return new TransformStream({
    transform(chunk, controller) {
      const firstEnd = chunk.indexOf(NEWLINE) + 1;
      if (lineBytes + (firstEnd || chunk.byteLength) > EVENT_BYTES_MAX) return cut(controller);
      const { isTooLarge, eventEnd } = measure.add(chunk);
      if (isTooLarge) throw new UnreadableReply(`An event has more than ${EVENT_BYTES_MAX} bytes`);
      total += chunk.byteLength;
      const isOver = total > STREAM_BYTES_MAX && eventEnd > 0;
      const end = isOver ? eventEnd : chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        for (const part of line) controller.enqueue(part);
        controller.enqueue(chunk.subarray(0, end));
        line = [];
        lineBytes = 0;
      }
      if (isOver) return cut(controller);
      if (end < chunk.byteLength) {
        line.push(chunk.subarray(end));
        lineBytes += chunk.byteLength - end + PIECE_BYTES;
      }
    },
    flush(controller) {
      for (const part of line) controller.enqueue(part);
    },
  });
}

/** Ends a stream as if the model had reached its token limit. */
function cut(controller: TransformStreamDefaultController<Uint8Array>): void {
  controller.enqueue(REACHED_LIMIT);
  controller.terminate();
}

/** Measures the events of a stream, each of which ends with an empty line. */
class EventMeasure {
  #event = 0;
  #line = 0;
  #last = 0;

  /** Measures the next chunk. `eventEnd` is the position after the last event that ends in it; 0 if none does. */
  add(chunk: Uint8Array): { readonly isTooLarge: boolean; readonly eventEnd: number } {
    let from = 0;
    let eventEnd = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const before = at > 0 ? chunk[at - 1] : this.#last;
      const length = this.#line + at - from - (before === RETURN ? 1 : 0);
      this.#event += at + 1 - from;
      from = at + 1;
      this.#line = 0;
      if (length > 0) continue;
      eventEnd = from;
      this.#event = 0;
    }
    this.#event += chunk.byteLength - from;
    this.#line += chunk.byteLength - from;
    this.#last = chunk.at(-1) ?? this.#last;
    return { isTooLarge: this.#event > EVENT_BYTES_MAX, eventEnd };
  }
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const REACHED_LIMIT = new TextEncoder().encode(
  `data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}\n\ndata: [DONE]\n\n`,
);
