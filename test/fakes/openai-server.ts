import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestProject } from "vitest/node";

import { listen } from "../../scripts/local/listen.ts";
import { type ChatRequest, LEAKY, stepsFor } from "./model-scripts.ts";
import type { Step } from "./model-step.ts";

/**
 * Starts an OpenAI-compatible server with a scripted model: a mark in the question, such as `#refuses`, says what the
 * model does (see `model-scripts.ts`). `GET /requests?question=…` returns the requests that the server has received, and
 * `GET /open?gate=…` lets the script go on that waits at this gate.
 */
export async function startOpenAiServer() {
  const asked = new Map<string, number>();
  const gates = new Gates();
  const requests: (ChatRequest & { readonly idempotencyKey: unknown })[] = [];
  const server = createServer((req, res) => {
    respond(req, res).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });

  async function respond(req: IncomingMessage, res: ServerResponse) {
    const url = new URL(req.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/requests") {
      const question = url.searchParams.get("question") ?? "";
      const matching = requests.filter(({ messages }) =>
        messages.some(({ content }) => content?.includes(question)),
      );
      return sendJson(res, 200, matching);
    }
    if (url.pathname === "/open") {
      gates.open(url.searchParams.get("gate") ?? "");
      return sendJson(res, 200, {});
    }
    if (url.pathname === "/v1/models") {
      return sendJson(res, 200, { object: "list", data: [{ id: "scripted", object: "model" }] });
    }
    const body = JSON.parse(await readBody(req));
    if (url.pathname === "/v1/embeddings") return sendEmbeddings(res, body);
    if (url.pathname !== "/v1/chat/completions") return sendError(res, 404);
    requests.push({ ...body, idempotencyKey: req.headers["idempotency-key"] });
    const steps = stepsFor(body, (key) => {
      const times = asked.get(key) ?? 0;
      asked.set(key, times + 1);
      return times;
    });
    const [first] = steps;
    if (first && "status" in first) return sendError(res, first.status, first);
    return body.stream ? sendStream(res, steps, gates) : sendCompletion(res, body.model, steps);
  }

  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Vitest's global setup: starts an OpenAI-compatible server for the tests of a Vitest project. They get its URL with
 * `inject("openAiServer")`.
 */
export default async function setup(project: TestProject) {
  const { url, stop } = await startOpenAiServer();
  project.provide("openAiServer", url);
  return stop;
}

const DELTA_CHARACTERS = 7;
const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 5,
  total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

async function sendStream(res: ServerResponse, steps: readonly Step[], gates: Gates) {
  let calls = 0;
  const send = (delta: object, finish_reason: string | null = null) => {
    const choices = [{ index: 0, delta, finish_reason }];
    return res.write(`data: ${JSON.stringify({ object: "chat.completion.chunk", choices })}\n\n`);
  };
  res.writeHead(200, { "content-type": "text/event-stream" });
  res.flushHeaders();
  for (const step of steps) {
    if ("text" in step) {
      for (let at = 0; at < step.text.length; at += DELTA_CHARACTERS) {
        send({ content: step.text.slice(at, at + DELTA_CHARACTERS) });
      }
    }
    if ("delta" in step && !("flood" in step)) send(step.delta);
    if ("doneOnly" in step) {
      res.end("data: [DONE]\n\n");
      return;
    }
    if ("refusal" in step) send({ refusal: step.refusal });
    if ("call" in step) {
      const { call: name, arguments: input, id = `call_${crypto.randomUUID()}` } = step;
      send({
        tool_calls: [{ index: calls, id, function: { name, arguments: input } }],
      });
      calls += 1;
    }
    if ("failure" in step)
      res.write(`data: ${JSON.stringify({ error: { message: step.failure } })}\n\n`);
    if ("flood" in step) await sendFlood(res, step, send);
    if ("waitMs" in step) await waitUnlessClosed(res, step.waitMs);
    if ("gate" in step) await gates.wait(res, step.gate);
    if ("disconnect" in step) {
      res.destroy();
      return;
    }
    if ("finish" in step) send({}, step.finish);
  }
  res.end(`data: ${JSON.stringify({ choices: [], usage: USAGE })}\n\ndata: [DONE]\n\n`);
}

/** Writes until the reader has had enough, and no faster than it reads. */
async function sendFlood(
  res: ServerResponse,
  { flood, delta, as }: Extract<Step, { readonly flood: number }>,
  send: (delta: object) => boolean,
) {
  const text = "All work and no play. ".repeat(Math.ceil(delta / 22)).slice(0, delta);
  for (let sent = 0; sent < flood && !res.destroyed; sent += delta) {
    const call = { index: 0, ...(sent === 0 && { id: "call_1", type: "function" }) };
    const named = { ...(sent === 0 && { name: "lookup" }), arguments: text };
    const isDrained = send(
      as === "arguments" ? { tool_calls: [{ ...call, function: named }] } : { [as]: text },
    );
    const heard = new AbortController();
    const until = (event: string) => once(res, event, { signal: heard.signal }).catch(() => {});
    if (!isDrained) await Promise.race([until("drain"), until("close")]);
    heard.abort();
  }
}

/** The gates at which scripts wait. An open one stays open. */
class Gates {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  open(name: string): void {
    this.#find(name).resolve();
  }

  /** Waits until a gate is open, or the client has gone. */
  async wait(res: ServerResponse, name: string): Promise<void> {
    const closed = Promise.withResolvers<void>();
    res.once("close", () => closed.resolve());
    await Promise.race([this.#find(name).promise, closed.promise]);
  }

  #find(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    return gate;
  }
}

async function waitUnlessClosed(res: ServerResponse, ms: number) {
  const closed = new AbortController();
  res.once("close", () => closed.abort());
  await sleep(ms, undefined, { signal: closed.signal, ref: false }).catch(() => {});
}

function sendCompletion(res: ServerResponse, model: string, steps: readonly Step[]) {
  const content = steps.flatMap((step) => ("text" in step ? [step.text] : [])).join("");
  const finish_reason =
    steps.flatMap((step) => ("finish" in step ? [step.finish] : []))[0] ?? "stop";
  const message = { role: "assistant", content };
  sendJson(res, 200, { model, choices: [{ index: 0, message, finish_reason }], usage: USAGE });
}

/** Makes eight numbers from the letters of a text. They have no unit length, as on some servers. */
function sendEmbeddings(res: ServerResponse, { input, model }: { input: string[]; model: string }) {
  if (input.some((text) => text.includes("#fails"))) return sendError(res, 500);
  const leak = input.map((text) => /#leaks-(\d+)/.exec(text)?.[1]).find(Boolean);
  if (leak !== undefined) return sendError(res, Number(leak), { message: LEAKY });
  const data = input.map((text, index) => {
    const embedding = Array.from({ length: 8 }, () => 0.1);
    for (const letter of text) {
      const at = (letter.codePointAt(0) ?? 0) % embedding.length;
      embedding[at] = (embedding[at] ?? 0) + 1;
    }
    return { object: "embedding", index, embedding: makeOdd(text, embedding) };
  });
  sendJson(res, 200, { object: "list", model, data, usage: { prompt_tokens: 5, total_tokens: 5 } });
}

/** The vector of a text that asks for an odd one; others keep theirs. NaN becomes null in JSON. */
function makeOdd(text: string, embedding: readonly number[]): readonly number[] {
  const odd = /#vector-(zeros|nan|short|endless|immense)/.exec(text)?.[1];
  if (odd === "zeros") return embedding.map(() => 0);
  if (odd === "nan") return embedding.map(() => Number.NaN);
  if (odd === "endless") return Array.from({ length: 300_000 }, () => 1);
  if (odd === "immense") return embedding.map(() => 1e308);
  return odd === "short" ? embedding.slice(0, 5) : embedding;
}

function sendError(
  res: ServerResponse,
  status: number,
  { retryAfter, message }: { readonly retryAfter?: string; readonly message?: string } = {},
) {
  const headers = retryAfter === undefined ? undefined : { "retry-after": retryAfter };
  const error = { message: message ?? `Scripted status ${status}` };
  sendJson(res, status, { error }, headers);
}

function sendJson(res: ServerResponse, status: number, body: object, headers = {}) {
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify(body));
}

async function readBody(req: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of req.setEncoding("utf8")) body += chunk;
  return body;
}
