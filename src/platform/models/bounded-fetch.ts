import { markEnd } from "./end-mark.ts";

/** Maximum bytes of one event of a model's stream: a multiple of what an answer holds. */
const EVENT_BYTES_MAX = 4 * 1024 * 1024;
/** Maximum bytes of a response that is read as a whole, such as the vectors of 100 texts. */
const WHOLE_BYTES_MAX = 32 * 1024 * 1024;
/** Bytes that are read of an error's body. */
const ERROR_BYTES_MAX = 64 * 1024;

/**
 * Wraps the `fetch` of a model's provider so that responses are limited before anything parses them. A stream with a
 * too large event ends before it, as if the model had reached its token limit. The body of an error response is cut. A
 * stream that ends with `[DONE]` has a mark of its end (`isEndMark`).
 */
export function boundedFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
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

/** Passes whole lines on, since a line that was begun could no longer be left out. */
function boundEvents(): TransformStream<Uint8Array, Uint8Array> {
  let line: Uint8Array[] = [];
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      const firstEnd = chunk.indexOf(NEWLINE) + 1;
      if (bytes + (firstEnd || chunk.byteLength) > EVENT_BYTES_MAX) {
        controller.enqueue(REACHED_LIMIT);
        controller.terminate();
        return;
      }
      if (end > 0) {
        for (const part of line) controller.enqueue(part);
        controller.enqueue(chunk.subarray(0, end));
        line = [];
        bytes = 0;
      }
      if (end < chunk.byteLength) {
        line.push(chunk.subarray(end));
        bytes += chunk.byteLength - end;
      }
    },
    flush(controller) {
      for (const part of line) controller.enqueue(part);
    },
  });
}

const NEWLINE = 0x0a;
const REACHED_LIMIT = new TextEncoder().encode(
  `data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}\n\ndata: [DONE]\n\n`,
);
