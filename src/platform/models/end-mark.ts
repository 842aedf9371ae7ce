/** Milliseconds that a server has to close its stream after `[DONE]`. A connection that it closes can be used again. */
const CLOSE_MS = 250;
/** More bytes than the line `data: [DONE]` and the ends of lines around it have. */
const TAIL_BYTES = 32;

/**
 * Marks the end of a stream that says `[DONE]`. The provider's client passes that line over, so that a stream without
 * a finish reason looks the same whether the server completed or lost it. The stream ends there, also if the server
 * leaves it open.
 */
export function markEnd(): TransformStream<Uint8Array, Uint8Array> {
  let tail = new Uint8Array();
  let isDone = false;
  let closing: ReturnType<typeof setTimeout> | undefined;
  return new TransformStream({
    transform(chunk, controller) {
      if (isDone) return;
      controller.enqueue(chunk);
      tail = joinTail(tail, chunk);
      if (!endsWithDone(tail)) return;
      isDone = true;
      controller.enqueue(END_MARK);
      closing = setTimeout(() => controller.terminate(), CLOSE_MS);
    },
    flush() {
      clearTimeout(closing);
    },
  });
}

/** Returns true for the chunk of a stream, as its client parsed it, that marks the end. */
export const isEndMark = (chunk: unknown): boolean =>
  typeof chunk === "object" && chunk !== null && "object" in chunk && chunk.object === END;

const END = "edgewise.end";
const END_MARK = new TextEncoder().encode(`\n\ndata: {"object":"${END}","choices":[]}\n\n`);

function joinTail(tail: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  if (chunk.byteLength >= TAIL_BYTES) return chunk.slice(-TAIL_BYTES);
  const joined = new Uint8Array(tail.byteLength + chunk.byteLength);
  joined.set(tail);
  joined.set(chunk, tail.byteLength);
  return joined.slice(-TAIL_BYTES);
}

/** A chunk of an answer ends with a brace, so that most of them are decided by one byte. */
function endsWithDone(tail: Uint8Array): boolean {
  let end = tail.byteLength;
  while (end > 0 && (tail[end - 1] === 0x0a || tail[end - 1] === 0x0d)) end -= 1;
  if (tail[end - 1] !== 0x5d) return false;
  return /(?:^|[\r\n])data: ?\[DONE\]$/.test(new TextDecoder().decode(tail.subarray(0, end)));
}
