import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import type { Service } from "../../scripts/local/service.ts";
import { LANES, type LaneName } from "./paced-model.ts";

const Answer = z.object({ id: z.string(), status: z.string() });

const TIER: Readonly<Record<LaneName, string>> = {
  interactive: "priority",
  default: "default",
  batch: "flex",
};

/** The answers of the service to the requests of one lane. `others` counts statuses that are neither 200 nor 503. */
export type Offered = { sent: number; accepted: number; refused: number; others: number };

/** The requests of one stage of load. */
export type Load = {
  readonly lanes: Readonly<Record<LaneName, Offered>>;
  readonly acceptedIds: string[];
  /** The times of refusals in milliseconds, from the request to its answer, and the smallest and largest Retry-After. */
  readonly refusalMs: number[];
  readonly retryAfter: number[];
  /** The time of the last refusal, by `performance.now()`; null without any. */
  lastRefusedAt: number | null;
};

/** Makes an empty record of requests. */
export const noLoad = (): Load => ({
  lanes: { interactive: noneOffered(), default: noneOffered(), batch: noneOffered() },
  acceptedIds: [],
  refusalMs: [],
  retryAfter: [],
  lastRefusedAt: null,
});

const noneOffered = (): Offered => ({ sent: 0, accepted: 0, refused: 0, others: 0 });

/**
 * Sends `perSecond` requests for answers in the background a second, a third in each lane, for `seconds`, whatever the
 * service answers: clients that do not know of each other do not slow down together. Adds the answers to `load`.
 */
export async function offerLoad(
  service: Service,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  load: Load,
): Promise<void> {
  const startedAt = performance.now();
  const open: Promise<void>[] = [];
  const total = Math.round(perSecond * seconds);
  for (let n = 0; n < total; n++) {
    const dueAt = startedAt + (n / perSecond) * 1_000;
    const early = dueAt - performance.now();
    if (early > 1) await wait(early);
    const lane = LANES[n % LANES.length];
    if (lane) open.push(ask(service, lane, load));
  }
  await Promise.all(open);
}

async function ask(service: Service, lane: LaneName, load: Load): Promise<void> {
  const counts = load.lanes[lane];
  counts.sent += 1;
  const startedAt = performance.now();
  try {
    const response = await post(service, `Is water wet? lane ${lane}`, TIER[lane]);
    if (response.status === 200) {
      counts.accepted += 1;
      const { id } = await readBody(response);
      load.acceptedIds.push(id);
      return;
    }
    await response.body?.cancel();
    if (response.status !== 503) {
      counts.others += 1;
      return;
    }
    counts.refused += 1;
    load.refusalMs.push(performance.now() - startedAt);
    load.lastRefusedAt = performance.now();
    load.retryAfter.push(Number(response.headers.get("retry-after")));
  } catch {
    counts.others += 1;
  }
}

/** Asks for one answer in the background. */
export async function post(service: Service, input: string, tier: string): Promise<Response> {
  return await fetch(`${service.url}/v1/responses`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${service.secrets.apiKey}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ model: "paced", input, background: true, service_tier: tier }),
  });
}

/** Reads a response of the service. */
export async function readBody(response: Response): Promise<z.infer<typeof Answer>> {
  return Answer.parse(await response.json());
}

/** Reads the status of a response. */
export async function readStatus(service: Service, id: string): Promise<string> {
  const response = await fetch(`${service.url}/v1/responses/${id}`, {
    headers: { authorization: `Bearer ${service.secrets.apiKey}` },
  });
  return (await readBody(response)).status;
}
