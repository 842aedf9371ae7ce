import { boundedFetch } from "../../../src/platform/models/bounded-fetch.ts";

export const MB = 1024 * 1024;
const encode = (text: string) => new TextEncoder().encode(text);
/** An event of a model's stream, of about 1 KB. */
export const EVENT = `data: {"choices":[{"index":0,"delta":{"content":"${"a".repeat(1_000)}"}}]}\n\n`;
/** What a stream that was cut says at its end. */
export const LIMIT = '"finish_reason":"length"';

/** Reads a stream of a provider that sends `piece` again and again, at most `bytesMax`, after `first`. */
export async function readFlood(piece: string, bytesMax: number, first = "") {
  const bytes = encode(piece);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(sent === 0 && first !== "" ? encode(first) : bytes);
      sent += bytes.byteLength;
      if (sent >= bytesMax) controller.close();
    },
  });
  const headers = { "content-type": "text/event-stream; charset=utf-8" };
  const send = boundedFetch(async () => new Response(body, { headers }));
  const response = await send("https://provider.test/v1/chat/completions");
  let read = 0;
  let tail = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    read += chunk.byteLength;
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-400);
  }
  return { sent, read, tail };
}
