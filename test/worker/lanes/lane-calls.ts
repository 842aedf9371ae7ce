import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

import type { ProjectId } from "../../../src/ids.ts";
import type { LaneEnd } from "../../../src/lanes/lane-client.ts";

const Body = z.object({ name: z.string() });

/** The queue's class: one prototype serves every binding, also the one that the objects have. */
const queueClass: typeof env.GENERATE_BATCH = Object.getPrototypeOf(env.GENERATE_BATCH);

const ACCEPTED = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };

/** Collects the names of the jobs that lanes send from now on; no queue gets them. `refuse` makes the queue throw. */
export function watchQueue() {
  const watched = { sent: [] as string[], refuse: false };
  vi.spyOn(queueClass, "sendBatch").mockImplementation(async (messages) => {
    if (watched.refuse) throw new Error("The queue is away");
    for (const { body } of messages) watched.sent.push(Body.parse(body).name);
    return ACCEPTED;
  });
  return watched;
}

/** Sets when the oldest message of every queue was sent; null for empty queues. */
export function setOldest(oldest: Date | null): void {
  vi.spyOn(queueClass, "metrics").mockImplementation(async () => ({
    backlogCount: oldest ? 1 : 0,
    backlogBytes: 0,
    ...(oldest && { oldestMessageTimestamp: oldest }),
  }));
}

/** Makes a job whose message holds its name, under a lease that is `lease` or named for the job. */
export const makeJob = (name: string, lease = `lease of ${name}`) => ({
  runId: name,
  step: "generate",
  lease,
  tokens: 1_000,
  message: { name },
});

/** Makes `count` jobs, named `<prefix>0`, `<prefix>1`, … */
export const makeJobs = (prefix: string, count: number) =>
  Array.from({ length: count }, (_none, index) => makeJob(prefix + index));

/** Makes the report of a consumer that a job has ended. */
export const endOf = (name: string, lease = `lease of ${name}`): LaneEnd => ({
  runId: name,
  step: "generate",
  lease,
  waitedMs: 5,
});

/** Counts the stored jobs of a lane. */
export const countJobs = (lane: ReturnType<typeof openLane>) =>
  runInDurableObject(
    lane.stub(),
    (_object, { storage }) =>
      storage.sql.exec<{ jobs: number }>("SELECT count(*) AS jobs FROM job").one().jobs,
  );

/** Moves the times of all sent jobs of a lane back, as if `minutes` had passed. */
export const ageJobs = (lane: ReturnType<typeof openLane>, minutes: number) =>
  runInDurableObject(lane.stub(), (_object, { storage }) => {
    storage.sql.exec("UPDATE job SET sent_at = sent_at - ?", minutes * 60_000);
  });

/** Opens a lane object of the tests, with calls as one of its projects. */
export function openLane(name: string) {
  const stub = () => env.LANES.getByName(name);
  return {
    stub,
    submit: (projectId: ProjectId, jobs: readonly ReturnType<typeof makeJob>[]) =>
      stub().submit({ lane: "batch", projectId, jobs }),
    leave: (...ends: LaneEnd[]) => stub().leave("batch", ends),
    load: () => stub().load(),
  };
}
