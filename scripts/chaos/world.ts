import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { listen } from "../local/listen.ts";

/** Shares of the calls of a model that end in each fault, and the milliseconds between the parts of an answer. */
const FAULTS = { fails: 0.2, hangs: 0.05, garbage: 0.02 } as const;
const PART_MS = 10;
/** The number that a question asks for: the model's whole answer repeats it. */
const NUMBER = /\bnumber (\d+)\b/;

/** The text of the answer to the question with this number. */
export const answerFor = (number: number): string =>
  `The number is ${number}. It follows ${number - 1}, and nothing else is known about it.`;

/** The outside of the service in a chaos run: a model that often fails, an API with effects, and a counter of copies. */
export type World = {
  /** The server's address, `http://127.0.0.1:PORT`. The API of the model is below `/v1`. */
  readonly url: string;
  readonly host: string;
  /** Number of calls of the model, by their end. */
  readonly calls: Readonly<Record<keyof typeof FAULTS | "answered", number>>;
  /** Number of copies of messages that were sent. */
  readonly copies: () => number;
  /** The idempotency keys under which each effect was asked for, by the effect's path. */
  readonly effects: ReadonlyMap<string, ReadonlySet<string>>;
  readonly close: () => void;
};

/**
 * Starts the world on a free port. The model streams `answerFor(n)` for a question with `number n`, or fails, hangs or
 * writes garbage, at random.
 */
export async function startWorld(): Promise<World> {
  const calls = { fails: 0, hangs: 0, garbage: 0, answered: 0 };
  const effects = new Map<string, Set<string>>();
  let copies = 0;
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    const body = await readBody(request);
    if (path.startsWith("/copies/")) {
      copies += Number(path.slice("/copies/".length));
      response.end();
    } else if (path.startsWith("/effects/")) {
      const key = String(request.headers["idempotency-key"]);
      effects.set(path, (effects.get(path) ?? new Set()).add(key));
      response.setHeader("content-type", "application/json").end("{}");
    } else {
      const fault = pickFault();
      calls[fault ?? "answered"] += 1;
      await answer(response, Number(NUMBER.exec(body)?.[1]), fault);
    }
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://${host}`, host, calls, copies: () => copies, effects, close };
}

function pickFault(): keyof typeof FAULTS | null {
  let dice = Math.random();
  for (const name of ["fails", "hangs", "garbage"] as const) {
    dice -= FAULTS[name];
    if (dice < 0) return name;
  }
  return null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Answers a call of the model. A fault begins before the answer or after its first words. */
async function answer(
  response: ServerResponse,
  number: number,
  fault: keyof typeof FAULTS | null,
): Promise<void> {
  const isEarly = Math.random() < 0.5;
  if (fault === "fails" && isEarly) {
    response.writeHead(503, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "The model is overloaded." } }));
    return;
  }
  if (fault === "hangs" && isEarly) return;
  response.writeHead(200, { "content-type": "text/event-stream" });
  const words = answerFor(number).split(/(?<= )/);
  for (const [at, content] of words.entries()) {
    if (fault !== null && at === 4) {
      if (fault === "hangs") return;
      if (fault === "fails") response.destroy();
      else response.end('data: {"choices": [{]}\n\ndata: \u0000\u0007<html>\n\n');
      return;
    }
    send(response, { delta: { role: "assistant", content }, finish_reason: null });
    await wait(PART_MS);
  }
  send(response, { delta: {}, finish_reason: "stop" });
  response.end("data: [DONE]\n\n");
}

function send(response: ServerResponse, choice: object): void {
  const chunk = {
    id: "chatcmpl-chaos",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "scripted",
    choices: [{ index: 0, ...choice }],
  };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}
