import { setTimeout as wait } from "node:timers/promises";

import type { OpenAI } from "openai";
import { z } from "zod";

const Run = z.object({
  id: z.string(),
  status: z.enum(["running", "paused", "undoing", "completed", "failed", "cancelled"]),
  error: z.object({ message: z.string() }).nullable(),
  output: z.object({ status: z.string(), text: z.string() }).nullable(),
  waiting_for: z.array(z.object({ signal: z.string().nullable(), event: z.number().nullable() })),
  steps: z.array(z.object({ name: z.string(), status: z.string(), output: z.unknown() })),
});
/** A run of the workflow `customer_service`: a customer's case. */
export type Run = z.infer<typeof Run>;

/** The parts of a case that a person reads before deciding. */
const Answer = z.object({ text: z.string() });
const Draft = z.object({ grounding: z.object({ status: z.string() }) });
const Check = z.object({ violations: z.array(z.object({ message: z.string() })) });

const RUN_MS_MAX = 30_000;
const POLL_INTERVAL_MS = 100;

/** Starts a customer's case, and waits until it has ended or waits for a person's decision. */
export async function openCase(client: OpenAI, input: object): Promise<Run> {
  const body = { workflow: "customer_service", input };
  const { id } = Run.parse(await client.post("/runs", { body }));
  return await until(client, id, (run) => isOver(run) || run.waiting_for.length > 0);
}

/** Decides about a case as a person who has read it, and waits until it has ended. */
export async function decideCase(
  client: OpenAI,
  { id, waiting_for: waits }: Run,
  { payload, reason }: { readonly payload: object; readonly reason: string },
): Promise<Run> {
  // The number of the event that asked: a decision on an older state is refused.
  const body = { payload, actor: "Grace", reason, event: waits[0]?.event };
  await client.post(`/runs/${id}/signals/approval`, { body });
  return await until(client, id, isOver);
}

/** Reads the drafted answer of a case, and the reason why it was not sent without a person's decision. */
export function readPrepared({ steps }: Run): { readonly text: string; readonly why: string } {
  const findOutput = (name: string) => steps.find((step) => step.name === name)?.output;
  const { text } = Answer.parse(findOutput("answer"));
  if (Draft.parse(findOutput("draft")).grounding.status === "abstained") {
    return { text, why: "The policies do not support an answer." };
  }
  const messages = Check.parse(findOutput("check")).violations.map(({ message }) => message);
  return { text, why: [...new Set(messages)].join(" ") };
}

const isOver = ({ status }: Run) =>
  status === "completed" || status === "failed" || status === "cancelled";

async function until(client: OpenAI, id: string, isThere: (run: Run) => boolean): Promise<Run> {
  const deadline = Date.now() + RUN_MS_MAX;
  for (;;) {
    const run = Run.parse(await client.get(`/runs/${id}`));
    if (isThere(run)) return run;
    if (Date.now() > deadline) throw new Error(`The run ${id} is still ${run.status}.`);
    await wait(POLL_INTERVAL_MS);
  }
}
