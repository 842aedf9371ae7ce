import { setTimeout as wait } from "node:timers/promises";

import type { OpenAI } from "openai";
import { z } from "zod";

import { concurrently } from "../client/concurrently.ts";
import { persist } from "../kill-fuzz/persist.ts";
import type { Item } from "./workload.ts";

const READERS = 4;
/** Longer than the retries of a step that meets the worst faults of the model in a row. */
const SETTLE_MS = 900_000;
const PAUSE_MS = 500;

/** An item that was asked for, as it was last seen. `text` is its answer; `seconds` is from its start to its end. */
export type Outcome = Item & {
  readonly status: string;
  readonly texts: readonly string[];
  readonly seconds: number;
};

const OPEN: ReadonlySet<string> = new Set(["queued", "in_progress", "running", "waiting"]);

/** Waits until all items have ended, or a time limit is over. Returns them as they were last seen. */
export async function awaitAll(
  items: readonly Item[],
  read: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const deadline = Date.now() + SETTLE_MS;
  return await concurrently(items, READERS, async (item) => {
    for (;;) {
      const outcome = await persist(() => read(item));
      if (!OPEN.has(outcome.status) || Date.now() > deadline) return outcome;
      await wait(PAUSE_MS);
    }
  });
}

/** Returns the function that reads a response with the texts of its messages. */
export const readResponse =
  (client: OpenAI) =>
  async (item: Item): Promise<Outcome> => {
    const response = await client.responses.retrieve(item.id);
    const texts = response.output.flatMap((output) =>
      output.type === "message"
        ? [output.content.map((part) => (part.type === "output_text" ? part.text : "")).join("")]
        : [],
    );
    const ended = response.completed_at ?? Date.now() / 1_000;
    return { ...item, status: response.status ?? "", texts, seconds: ended - response.created_at };
  };

const Run = z.object({
  status: z.string(),
  output: z.unknown(),
  created_at: z.number(),
  ended_at: z.number().nullish(),
});

/** Returns the function that reads a run with its output. */
export const readRun =
  (client: OpenAI) =>
  async (item: Item): Promise<Outcome> => {
    const run = Run.parse(await client.get(`/runs/${item.id}`));
    const seconds = (run.ended_at ?? Date.now() / 1_000) - run.created_at;
    return { ...item, status: run.status, texts: [String(run.output)], seconds };
  };
