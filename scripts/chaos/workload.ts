import type { OpenAI } from "openai";
import { z } from "zod";

import { concurrently } from "../client/concurrently.ts";
import { persist } from "../kill-fuzz/persist.ts";

const CLIENTS = 4;
const TIERS = ["priority", "default", "flex"] as const;
const LANES = ["interactive", "default", "batch"] as const;

/** Something that was asked of the service under an idempotency key. `number` is its place among those of its kind. */
export type Item = { readonly number: number; readonly key: string; readonly id: string };

const numbersTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** Asks for an answer in the background, in the lane of the number. The same number gives the same response. */
export async function askInBackground(client: OpenAI, number: number): Promise<Item> {
  const key = `chaos-answer-${number}`;
  const body = {
    model: "scripted",
    input: `What is the number ${number} like?`,
    background: true,
    service_tier: TIERS[number % TIERS.length] ?? "default",
  } as const;
  const options = { headers: { "Idempotency-Key": key } };
  const { id } = await persist(() => client.responses.create(body, options));
  return { number, key, id };
}

/** Asks for all answers, each until its request is acknowledged. */
export async function askForAll(client: OpenAI, count: number): Promise<Item[]> {
  return await concurrently(numbersTo(count), CLIENTS, (number) => askInBackground(client, number));
}

/** The workflow of each lane: an effect, a sentence of the model, and an effect after it. */
function chaosWorkflow(lane: (typeof LANES)[number], world: string) {
  const effect = (name: string, needs: readonly string[]) => ({
    use: "http@1",
    needs,
    retry: { attempts: 20, base: "100ms", cap: "5s" },
    with: { method: "POST", url: `${world}/effects/${name}/\${input.n}` },
  });
  return {
    name: `chaos_${lane}`,
    steps: {
      first: effect("first", []),
      write: {
        use: "generate@1",
        needs: ["first"],
        lane,
        retry: { attempts: 20, base: "200ms", cap: "5s" },
        with: { model: "scripted", question: "What is the number ${input.n} like?" },
      },
      last: effect("last", ["write"]),
    },
    output: "${steps.write.output.text}",
  };
}

const Created = z.object({ id: z.string() });

/** Saves the workflows, and starts all runs, each until its request is acknowledged. */
export async function startRuns(client: OpenAI, count: number, world: string): Promise<Item[]> {
  for (const lane of LANES) {
    await persist(() => client.post("/workflows", { body: chaosWorkflow(lane, world) }));
  }
  return await concurrently(numbersTo(count), CLIENTS, (number) => startRun(client, number));
}

/** Starts the run of a number, in its lane. The same number gives the same run. */
export async function startRun(client: OpenAI, number: number): Promise<Item> {
  const key = `chaos-run-${number}`;
  const body = { workflow: `chaos_${LANES[number % LANES.length]}`, input: { n: number } };
  const options = { body, headers: { "Idempotency-Key": key } };
  const { id } = Created.parse(await persist(() => client.post("/runs", options)));
  return { number, key, id };
}
