import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { LANE_FULL } from "../../../src/lanes/lane-client.ts";
import { countJobs, endOf, makeJob, makeJobs, openLane, watchQueue } from "./lane-calls.ts";

afterEach(() => void vi.restoreAllMocks());

/** The first window of a lane, and the share of one project. */
const [WINDOW, SHARE] = [32, 24];

describe("a lane", () => {
  it("sends a job at once if there is room, and forgets it at its end", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("at-once");

    await lane.submit("proj_a", [makeJob("one")]);
    expect(queue.sent).toEqual(["one"]);
    expect(await lane.load()).toMatchObject({ waiting: 0, sent: 1, oldestAgeMs: 0 });
    await lane.leave(endOf("one"));

    expect(await lane.load()).toMatchObject({ waiting: 0, sent: 0 });
    expect(await countJobs(lane)).toBe(0);
    expect((await lane.load()).drainPerSecond).toBeGreaterThan(0);
  });

  it("keeps a window of each project in the queue, so that another one's job finds room", async ({
    expect,
  }) => {
    const queue = watchQueue();
    const lane = openLane("window");

    await lane.submit("proj_a", makeJobs("a", 100));
    expect(queue.sent).toHaveLength(SHARE);
    await lane.submit("proj_b", [makeJob("b")]);

    expect(queue.sent.at(-1)).toBe("b");
    expect(await lane.load()).toMatchObject({ waiting: 100 - SHARE, sent: SHARE + 1 });
  });

  it("has room for as many jobs as it would send at once, and for none while others wait", async ({
    expect,
  }) => {
    watchQueue();
    const lane = openLane("room");
    const rooms = [(await lane.load()).room];
    await lane.submit("proj_a", makeJobs("a", SHARE));
    rooms.push((await lane.load()).room);
    await lane.submit("proj_a", [makeJob("waits")]);
    rooms.push((await lane.load()).room);
    await lane.submit("proj_b", makeJobs("b", WINDOW - SHARE));
    for (const name of ["a0", "a1"]) await lane.leave(endOf(name));
    rooms.push((await lane.load()).room);
    expect(rooms).toEqual([WINDOW, WINDOW - SHARE, 0, 1]);
  });

  it("gives projects turns: one job waits for a few others, and not for a backlog", async ({
    expect,
  }) => {
    const queue = watchQueue();
    const lane = openLane("turns");
    for (const project of ["proj_a", "proj_b"] as const) {
      await lane.submit(project, makeJobs(`${project} `, 200));
    }
    expect(queue.sent).toHaveLength(WINDOW);
    await lane.submit("proj_c", [makeJob("c")]);
    expect(queue.sent).not.toContain("c");

    // A turn of each of the others.
    for (const name of queue.sent.slice(0, 5)) await lane.leave(endOf(name));

    await expect.poll(() => queue.sent).toContain("c");
  });

  it("sends the next job for each that ends, until all are sent", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("drain");
    await lane.submit("proj_a", makeJobs("a", 150));

    let ended = 0;
    await vi.waitUntil(
      async () => {
        const ends = queue.sent.slice(ended).map((name) => endOf(name));
        ended += ends.length;
        await lane.leave(...ends);
        return ended === 150;
      },
      { timeout: 20_000, interval: 5 },
    );

    expect(queue.sent).toEqual(makeJobs("a", 150).map(({ runId }) => runId));
    expect(await countJobs(lane)).toBe(0);
  });

  it("lets a job keep its place when it comes again with another lease", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("again");
    await lane.submit("proj_a", makeJobs("a", SHARE + 2));
    const place = await lane.stub().place(`a${SHARE}`);

    await lane.submit("proj_a", [makeJob(`a${SHARE}`, "newer")]);

    expect(place).toBe(1);
    expect(await lane.stub().place(`a${SHARE}`)).toBe(1);
    expect(await countJobs(lane)).toBe(SHARE + 2);
    expect(queue.sent).toHaveLength(SHARE);
  });

  it("sends a job again that was sent before, and ignores the end of the earlier message", async ({
    expect,
  }) => {
    const queue = watchQueue();
    const lane = openLane("resent");
    await lane.submit("proj_a", [makeJob("one")]);

    await lane.submit("proj_a", [makeJob("one", "newer")]);
    await lane.leave(endOf("one"));

    expect(queue.sent).toEqual(["one", "one"]);
    expect(await lane.load()).toMatchObject({ sent: 1 });
    await lane.leave(endOf("one", "newer"), endOf("one", "newer"));
    expect(await lane.load()).toMatchObject({ sent: 0, waiting: 0 });
  });

  it("drops a waiting job whose work was cancelled", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("cancelled");
    await lane.submit("proj_a", makeJobs("a", SHARE + 2));

    await lane.leave({ ...endOf(`a${SHARE}`), waitedMs: null });
    await lane.leave(endOf("a0"));

    await expect.poll(() => queue.sent.at(-1)).toBe(`a${SHARE + 1}`);
    expect(queue.sent).not.toContain(`a${SHARE}`);
  });

  it("counts nothing and has no place for an unknown run, without writing", async ({ expect }) => {
    const lane = openLane("unknown");

    await lane.leave(endOf("nothing"));

    expect(await lane.stub().place("nothing")).toBeNull();
    expect(await lane.load()).toMatchObject({ waiting: 0, sent: 0, oldestAgeMs: 0 });
    const tables = await runInDurableObject(lane.stub(), (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'job'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("refuses jobs beyond its limit by name, and keeps those that it has", async ({ expect }) => {
    watchQueue();
    const lane = openLane("full");
    await lane.submit("proj_a", [makeJob("one")]);

    await runInDurableObject(lane.stub(), async (object) => {
      const many = { length: 100_001 };
      const jobs = Array.from(many, (_none, index) => makeJob(String(index)));
      await expect(object.submit({ lane: "batch", projectId: "proj_a", jobs })).rejects.toThrow(
        LANE_FULL,
      );
    });

    expect(await lane.load()).toMatchObject({ sent: 1, waiting: 0 });
  });
});

describe("a lane whose object dies", () => {
  it("has the same jobs, order and counts afterwards", async ({ expect }) => {
    const queue = watchQueue();
    const lane = openLane("dies");
    await lane.submit("proj_a", makeJobs("a", 50));
    const before = await lane.load();

    await evictDurableObject(lane.stub());

    expect(await lane.load()).toMatchObject({ waiting: before.waiting, sent: before.sent });
    await lane.leave(endOf("a0"), endOf("a1"));
    await expect.poll(() => queue.sent.slice(SHARE)).toEqual([`a${SHARE}`, `a${SHARE + 1}`]);
  });

  it("sets its alarm again, which goes on with waiting jobs", async ({ expect }) => {
    watchQueue();
    const lane = openLane("alarm");
    await lane.submit("proj_a", [makeJob("one")]);
    await runInDurableObject(lane.stub(), (_object, { storage }) => storage.deleteAlarm());

    await evictDurableObject(lane.stub());

    const alarm = await runInDurableObject(lane.stub(), (_object, { storage }) =>
      storage.getAlarm(),
    );
    expect(alarm).not.toBeNull();
  });
});
