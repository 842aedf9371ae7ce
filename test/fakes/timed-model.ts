import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { listen } from "../../scripts/local/listen.ts";

/** A call of the model: when it came and when its answer was sent, in milliseconds of `performance.now()`. */
type TimedCall = { readonly cameAt: number; readonly endedAt: number };

/** A model server that is running. */
export type TimedModel = {
  /** The base URL for `LLM_BASE_URL`. */
  readonly url: string;
  /** Waits for the answer to the question that contains the text `name`. */
  answered(name: string): Promise<TimedCall>;
  stop(): void;
};

const ChatRequest = z.object({
  messages: z.array(z.object({ content: z.string().nullish() })).min(1),
});
const NAME = /<([^<>]+)>/;

/**
 * Starts an OpenAI-compatible server on 127.0.0.1 whose model answers each call after `serviceMs`, however many calls it
 * has at a time. A question names itself in angle brackets, such as `Is water wet? <job 7>`.
 */
export async function startTimedModel(serviceMs: number): Promise<TimedModel> {
  const calls = new Map<string, PromiseWithResolvers<TimedCall>>();
  const callOf = (name: string) => {
    const known = calls.get(name) ?? Promise.withResolvers<TimedCall>();
    calls.set(name, known);
    return known;
  };
  const respond = async (req: IncomingMessage, res: ServerResponse) => {
    const cameAt = performance.now();
    const { messages } = ChatRequest.parse(JSON.parse(await readBody(req)));
    const name = NAME.exec(messages.map(({ content }) => content ?? "").join("\n"))?.[1] ?? "";
    await sleep(serviceMs);
    res.writeHead(200, { "content-type": "text/event-stream" });
    for (const choice of [{ delta: { content: "Yes." } }, { delta: {}, finish_reason: "stop" }]) {
      res.write(
        `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], usage: USAGE })}\n\n`,
      );
    }
    res.end("data: [DONE]\n\n");
    callOf(name).resolve({ cameAt, endedAt: performance.now() });
  };
  const server = createServer((req, res) => {
    respond(req, res).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  // A connection that the server closes just when it is used again counts as a failure of the provider.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    answered: (name) => callOf(name).promise,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
