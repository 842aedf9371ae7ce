import { z } from "zod";

import { generateDispatched, type GenerationDeps } from "../conversation/generate-dispatched.ts";
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
    readonly detach: ((work: Promise<void>) => void) | null;
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
 */
export async function consumeGenerate(
  batch: MessageBatch,
  deps: ConsumeGenerateDeps,
): Promise<void> {
  const work: Promise<void>[] = [];
  for (const message of batch.messages) {
    const { data: body, error: invalid } = BodySchema.safeParse(message.body);
    if (!body) {
      work.push(setAside(message, batch.queue, z.prettifyError(invalid), deps));
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
  await Promise.all(work);
}

/** Does the work of a message, and reports to the lane that it has ended. */
async function workAndLeave(
  deps: ConsumeGenerateDeps,
  { timestamp }: Message,
  body: Body,
): Promise<void> {
  const waitedMs = Math.max(0, Date.now() - timestamp.getTime());
  if ("responseId" in body) await generateDispatched(deps.answers, body);
  else await performDispatched(deps.steps, body);
  const work = parseLease(body.lease);
  if (work) await deps.leave(body.scope, deps.lane, { ...work, lease: body.lease, waitedMs });
}

async function settle(message: Message, body: Body, done: Promise<void>): Promise<void> {
  try {
    await done;
    message.ack();
  } catch (error) {
    logUnreachable(body, error);
    const delaySeconds = RETRY_DELAYS[message.attempts - 1] ?? RETRY_DELAYS.at(-1) ?? 0;
    message.retry({ delaySeconds });
  }
}

/** The step is sent again when its lease ends. */
function logUnreachable(body: Body, error: unknown) {
  const { projectId } = body.scope;
  const work = "responseId" in body ? { responseId: body.responseId } : { runId: body.runId };
  logger.warn("answer.owner.unreachable", { projectId, ...work }, error);
}
