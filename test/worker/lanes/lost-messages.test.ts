import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { JobsOfLane } from "../../../durable-objects/lane/lane-jobs.ts";
import {
  ageJobs,
  countJobs,
  makeJob,
  makeJobs,
  openLane,
  setOldest,
  watchQueue,
} from "./lane-calls.ts";

afterEach(() => void vi.restoreAllMocks());

/** The share of one project in the first window of a lane. */
const SHARE = 24;

describe("a job that was sent and whose end is not reported", () => {
  it("is sent again once, then counted out", async ({ expect }) => {
    const queue = watchQueue();
    setOldest(null);
    const lane = openLane("silent");
    await lane.submit("proj_a", [makeJob("one")]);

    await runDurableObjectAlarm(lane.stub());
    expect(queue.sent).toEqual(["one"]);
    await ageJobs(lane, 11);
    await runDurableObjectAlarm(lane.stub());
    expect(queue.sent).toEqual(["one", "one"]);
    await ageJobs(lane, 11);
    await runDurableObjectAlarm(lane.stub());

    expect(queue.sent).toEqual(["one", "one"]);
    expect(await lane.load()).toMatchObject({ sent: 0 });
    expect(await countJobs(lane)).toBe(0);
  });

  it("is not doubled while its message may wait in the queue", async ({ expect }) => {
    const queue = watchQueue();
    setOldest(new Date(Date.now() - 3_600_000));
    const lane = openLane("waits");
    await lane.submit("proj_a", [makeJob("one")]);

    await ageJobs(lane, 30);
    await runDurableObjectAlarm(lane.stub());

    expect(queue.sent).toEqual(["one"]);
    expect(await lane.load()).toMatchObject({ sent: 1 });
  });

  it("frees its room when it is counted out", async ({ expect }) => {
    const queue = watchQueue();
    setOldest(null);
    const lane = openLane("frees");
    await lane.submit("proj_a", makeJobs("a", SHARE + 3));

    for (const minutes of [11, 11]) {
      await ageJobs(lane, minutes);
      await runDurableObjectAlarm(lane.stub());
    }

    expect(queue.sent.slice(-3)).toEqual([`a${SHARE}`, `a${SHARE + 1}`, `a${SHARE + 2}`]);
  });

  it("is waited for when the clock has jumped back", async ({ expect }) => {
    const queue = watchQueue();
    setOldest(null);
    const lane = openLane("clock");
    await lane.submit("proj_a", [makeJob("one")]);

    await ageJobs(lane, -600);
    await runDurableObjectAlarm(lane.stub());
    await ageJobs(lane, 11);
    await runDurableObjectAlarm(lane.stub());

    expect(queue.sent).toEqual(["one", "one"]);
  });
});

describe("a queue that has lost its messages", () => {
  it("gets all of them again, in the order in which they came", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("lost");
    await lane.submit("proj_a", makeJobs("a", SHARE + 2));
    await lane.submit("proj_b", makeJobs("b", 3));

    const again = await runInDurableObject(lane.stub(), (_object, { storage }) => {
      const jobs = new JobsOfLane(storage);
      jobs.putBackAll();
      return { load: jobs.load(), names: jobs.takeNext(100).map(({ runId }) => runId) };
    });

    const sent = [...queue.sent].toSorted();
    expect(again.load).toMatchObject({ waiting: SHARE + 5, sent: 0 });
    expect(again.names.toSorted()).toEqual(sent);
    const ofA = again.names.filter((name) => name.startsWith("a"));
    expect(ofA).toEqual(makeJobs("a", SHARE).map(({ runId }) => runId));
  });
});

describe("a queue that refuses messages", () => {
  it("gets them later, in their order", async ({ expect }) => {
    const queue = watchQueue();
    queue.refuse = true;
    const lane = openLane("away");

    await lane.submit("proj_a", makeJobs("a", 3));
    await lane.submit("proj_a", [makeJob("later")]);
    expect(await lane.load()).toMatchObject({ waiting: 4, sent: 0 });
    queue.refuse = false;

    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(lane.stub());
          return queue.sent;
        },
        { timeout: 10_000, interval: 200 },
      )
      .toEqual(["a0", "a1", "a2", "later"]);
  });
});
