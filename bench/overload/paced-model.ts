import { createServer, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { listen } from "../../scripts/local/listen.ts";

/** The lanes of the benchmark, named in each question. */
export const LANES = ["interactive", "default", "batch"] as const;
/** The name of a lane. */
export type LaneName = (typeof LANES)[number];

/** An OpenAI-compatible server whose answers take a fixed time. */
export type PacedModel = {
  readonly url: string;
  /** Returns the number of answers that were written to their end, by lane. */
  readonly countWritten: () => Readonly<Record<LaneName, number>>;
  readonly stop: () => void;
};

/** A question with this word is answered with `WORDS` deltas, one in 10 ms. */
export const WORD_BY_WORD = "word by word";
const WORDS = 200;
const WORD_MS = 10;
/** The parts of every other answer. */
const PARTS = 4;

/** Starts the server on a free port of 127.0.0.1. Each answer takes `answerMs`. */
export async function startPacedModel(answerMs: number): Promise<PacedModel> {
  const written = { interactive: 0, default: 0, batch: 0 };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      void answer(response, body, answerMs, (lane) => (written[lane] += 1));
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    countWritten: () => ({ ...written }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Writes an answer, and reports its lane unless its reader has left before the end. */
async function answer(
  response: ServerResponse,
  body: string,
  answerMs: number,
  onWritten: (lane: LaneName) => void,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  if (body.includes(WORD_BY_WORD)) {
    for (let n = 0; n < WORDS; n++) {
      await wait(WORD_MS);
      response.write(chunk({ content: "word " }));
    }
  } else {
    // The first words at once: a model that is silent for 10 s counts as slow, and its circuit opens.
    for (let part = 0; part < PARTS; part++) {
      response.write(chunk({ content: "Water is wet. " }));
      await wait(answerMs / PARTS);
    }
  }
  if (response.destroyed) return;
  response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
  const lane = LANES.find((one) => body.includes(`lane ${one}`));
  if (lane) onWritten(lane);
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "paced", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
