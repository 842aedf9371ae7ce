/** Bytes of the first read, which most bodies fit in, and of the largest. */
const READ_BYTES_MIN = 4 * 1024;
const READ_BYTES_MAX = 64 * 1024;

/** A reader of a stream of bytes in parts. `cancel` and `releaseLock` are those of the stream's own reader. */
export type PartReader = {
  readonly read: () => Promise<ReadableStreamReadResult<Uint8Array>>;
  readonly cancel: () => Promise<void>;
  readonly releaseLock: () => void;
};

/**
 * Opens a reader of a body. Each read of a stream of the platform takes what has arrived, up to 64 KiB if the body is
 * long; the stream's own reader takes 4 KiB, and a long body is thousands of reads. A stream that was made in JavaScript
 * gives its own parts.
 */
export function openPartReader(body: ReadableStream<Uint8Array>): PartReader {
  const reader = openByteReader(body);
  if (!reader) {
    const own = body.getReader();
    return {
      read: () => own.read(),
      cancel: () => own.cancel(),
      releaseLock: () => own.releaseLock(),
    };
  }
  let buffer = new ArrayBuffer(READ_BYTES_MIN);
  return {
    read: async () => {
      const size = buffer.byteLength;
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) return { done };
      if (value.byteLength === size) {
        buffer = new ArrayBuffer(Math.min(size * 4, READ_BYTES_MAX));
        return { done, value };
      }
      // A copy, since a sender of single bytes would otherwise keep a whole buffer alive with each.
      const part = value.slice();
      if (value.buffer.byteLength === size) buffer = value.buffer;
      else buffer = new ArrayBuffer(size);
      return { done, value: part };
    },
    cancel: () => reader.cancel(),
    releaseLock: () => reader.releaseLock(),
  };
}

function openByteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    // It is no stream of bytes.
    return null;
  }
}
