import { z } from "zod";

import {
  type Dispatched,
  generateDispatched,
  type GenerationDeps,
} from "../conversation/generate-dispatched.ts";
import type { GenerateMessage } from "../conversation/generation-client.ts";
import type { Lane } from "../kernel/rules/definition.ts";
import { parseLease } from "../kernel/rules/step/lease.ts";
import type { LaneReports } from "../lanes/lane-client.ts";
import { logger } from "../platform/logger.ts";
import {
  type DispatchedStepDeps,
  performDispatched,
  type StepMessage,
} from "../workflow/steps/dispatched-step.ts";
import { GenerateMessageSchema, StepMessageSchema } from "./generate-message.ts";
import { isProviderDown, ProviderDown } from "./provider-down.ts";
import { type KeepMessages, setAside } from "./unreadable-message.ts";
import { WorkSlots } from "./work-slots.ts";

const BodySchema = z.union([GenerateMessageSchema, StepMessageSchema]);
type Body = GenerateMessage | StepMessage;

/** Seconds until the next delivery, by attempts so far, while a conversation object cannot be reached. */
const RETRY_DELAYS = [1, 5, 15, 60];

/** The dependencies of `consumeGenerate`. */
export type ConsumeGenerateDeps = KeepMessages &
  LaneReports & {
    /** For messages that ask to answer a response. */
    readonly answers: GenerationDeps;
    /** For messages that ask to do a step of a run. */
    readonly steps: DispatchedStepDeps;
    /**
     * Continues work after the message was acknowledged and the batch has ended; null where a message is acknowledged at
     * the end of its work, as on Cloudflare's network. A local queue delivers one batch at a time, so that without this a
     * slow answer would delay all others.
     */
    readonly detach: ((work: Promise<unknown>) => void) | null;
    /** The lane of the queue. */
    readonly lane: Lane;
  };

/**
 * Maximum number of answers of a lane at a time in one isolate. On the network a batch is smaller; locally all batches
 * share one process.
 */
const SLOTS: Readonly<Record<Lane, WorkSlots>> = {
  interactive: new WorkSlots(32),
  default: new WorkSlots(32),
  batch: new WorkSlots(32),
};

/**
 * Consumes the queue for answers, whose messages each ask to generate the answer of one response, or to do one step of
 * a run. The messages of a batch are worked on side by side and settled one by one. The object of the response or run
 * keeps the state of the work, so a message is acknowledged once the object has recorded the outcome, and redelivered
 * only if it cannot be reached.
 *
 * Throws `ProviderDown`, after all messages are settled, if the model's provider is down. So the platform starts fewer
 * consumers until it is back.
 */
export async function consumeGenerate(
  batch: MessageBatch,
  deps: ConsumeGenerateDeps,
): Promise<void> {
  const work: Promise<Dispatched>[] = [];
  for (const message of batch.messages) {
    const { data: body, error: invalid } = BodySchema.safeParse(message.body);
    if (!body) {
      const kept = setAside(message, batch.queue, z.prettifyError(invalid), deps);
      work.push(kept.then(() => "idle"));
      continue;
    }
    const slots = SLOTS[deps.lane];
    await slots.take();
    const done = workAndLeave(deps, message, body).finally(() => slots.free());
    if (deps.detach) {
      message.ack();
      deps.detach(done.catch((error: unknown) => logUnreachable(body, error)));
    } else work.push(settle(message, body, done));
  }
  const results = await Promise.all(work);
  const attempts = results.filter((result) => result !== "idle").length;
  const away = results.filter((result) => result === "away").length;
  if (isProviderDown(attempts, away)) throw new ProviderDown(batch.queue, attempts, away);
}

/** Does the work of a message, and reports to the lane that it has ended. */
async function workAndLeave(
  deps: ConsumeGenerateDeps,
  { timestamp }: Message,
  body: Body,
): Promise<Dispatched> {
  const waitedMs = Math.max(0, Date.now() - timestamp.getTime());
  const result =
    "responseId" in body
      ? await generateDispatched(deps.answers, body)
      : await performDispatched(deps.steps, body);
  const work = parseLease(body.lease);
  if (work) await deps.leave(body.scope, deps.lane, { ...work, lease: body.lease, waitedMs });
  return result;
}

async function settle(
  message: Message,
  body: Body,
  done: Promise<Dispatched>,
): Promise<Dispatched> {
  try {
    const result = await done;
    message.ack();
    return result;
  } catch (error) {
    logUnreachable(body, error);
    const delaySeconds = RETRY_DELAYS[message.attempts - 1] ?? RETRY_DELAYS.at(-1) ?? 0;
    message.retry({ delaySeconds });
    return "idle";
  }
}

/** The step is sent again when its lease ends. */
function logUnreachable(body: Body, error: unknown) {
  const { projectId } = body.scope;
  const work = "responseId" in body ? { responseId: body.responseId } : { runId: body.runId };
  logger.warn("answer.owner.unreachable", { projectId, ...work }, error);
}
