import { connect } from "node:net";

/** The answer to a request: null for a connection that was closed without one. */
type Answer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
} | null;

/**
 * The answer to a request of the fuzz, and its time in milliseconds. `isHung` is true if no complete answer came in
 * time.
 */
export type Exchange = {
  readonly answer: Answer;
  readonly ms: number;
  readonly isHung: boolean;
};

const TIMEOUT_MS = 10_000;
/** The service waits 15 s for the rest of a body that stops. */
const HALF_TIMEOUT_MS = 30_000;
/** An event stream may stay open for as long as its run: it is read for this long. */
const STREAM_MS = 300;

/**
 * Sends bytes over a new connection to the service and reads the answer. With `isHalf`, closes the sending side after
 * the bytes.
 */
export async function exchange({
  port,
  bytes,
  isHalf,
}: {
  readonly port: number;
  readonly bytes: Buffer;
  readonly isHalf: boolean;
}): Promise<Exchange> {
  const startedAt = performance.now();
  const received: Buffer[] = [];
  let isHung = false;
  await new Promise<void>((resolve) => {
    const socket = connect(port, "localhost");
    const timer = setTimeout(
      () => {
        isHung = true;
        socket.destroy();
      },
      isHalf ? HALF_TIMEOUT_MS : TIMEOUT_MS,
    );
    let isStream = false;
    socket.on("data", (data) => {
      received.push(data);
      if (isStream || !/^content-type: text\/event-stream/im.test(headOf(received))) return;
      isStream = true;
      setTimeout(() => socket.destroy(), STREAM_MS);
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (isHalf) socket.end(bytes);
    else socket.write(bytes);
  });
  const answer = readAnswer(Buffer.concat(received));
  return { answer, ms: performance.now() - startedAt, isHung };
}

const headOf = (received: readonly Buffer[]): string =>
  received.length > 2 ? "" : Buffer.concat(received).toString("latin1", 0, 4_096);

function readAnswer(bytes: Buffer): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );
  const rest = bytes.subarray(end + 4);
  // The interim answer to `expect: 100-continue`.
  if (status === 100) return readAnswer(rest);
  const isChunked = headers.get("transfer-encoding")?.includes("chunked") ?? false;
  const body = isChunked ? joinChunks(rest) : rest;
  return { status, headers, body: body.toString("utf8") };
}

function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (end === -1 || !(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
