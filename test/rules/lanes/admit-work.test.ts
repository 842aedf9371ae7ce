import { describe, it } from "vitest";

import { listCompeting, refuseByLoad } from "../../../src/lanes/admit-work.ts";
import {
  type BackgroundWork,
  type Backlog,
  backlogOf,
  BACKLOGS,
  type BacklogLoad,
  capacityOf,
  joinLoads,
} from "../../../src/lanes/backlog.ts";

const JOBS = { interactive: 100, default: 1_000, batch: 10_000, ingest: 1_000 };
const IDLE: BacklogLoad = { jobs: 0, oldestAgeMs: 0, drainPerSecond: 10, room: 0 };

/** Decides about work while the given backlogs are filled; the others are idle. */
function decide(
  work: BackgroundWork,
  loads: Partial<Record<Backlog, Partial<BacklogLoad> | null>>,
  dice = 0,
) {
  const backlogs = listCompeting(work).map((backlog) => {
    const given = loads[backlog];
    const load = given === null ? null : { ...IDLE, ...given };
    return { backlog, load, capacity: capacityOf(backlog, JOBS) };
  });
  return refuseByLoad(work, backlogs, () => dice);
}

/** The share of its capacity, in percent, at which a backlog first refuses work. */
function firstRefused(work: BackgroundWork, backlog: Backlog): number {
  for (let percent = 0; percent <= 100; percent++) {
    const jobs = (JOBS[backlog] * percent) / 100;
    if (decide(work, { [backlog]: { jobs } })) return percent;
  }
  return Infinity;
}

describe("new work for the background", () => {
  it.for<[BackgroundWork, Backlog, number]>([
    ["batch", "batch", 70],
    ["default", "default", 85],
    ["interactive", "interactive", 100],
    ["files", "ingest", 70],
    ["file", "ingest", 85],
    ["batch", "default", 70],
    ["batch", "interactive", 70],
    ["default", "interactive", 85],
    ["default", "batch", Infinity],
    ["interactive", "default", Infinity],
    ["interactive", "batch", Infinity],
    ["file", "batch", Infinity],
    ["batch", "ingest", Infinity],
  ])("%s: a backlog of %s refuses it from %i % on", ([work, backlog, percent], { expect }) => {
    expect(firstRefused(work, backlog)).toBe(percent);
  });

  it("is refused by age alone, since a wait is what a lane promises", ({ expect }) => {
    for (const [backlog, work] of [
      ["interactive", "interactive"],
      ["default", "default"],
      ["batch", "batch"],
      ["ingest", "file"],
    ] as const) {
      const { ageMs } = capacityOf(backlog, JOBS);
      expect(decide(work, { [backlog]: { jobs: 1, oldestAgeMs: ageMs } })).not.toBeNull();
      expect(decide(work, { [backlog]: { jobs: 1, oldestAgeMs: ageMs * 0.5 } })).toBeNull();
    }
  });

  it.for<[BackgroundWork, Backlog]>([
    ["batch", "default"],
    ["batch", "interactive"],
    ["default", "interactive"],
  ])(
    "%s is admitted for idle consumers, and gets no backlog, while %s is full",
    ([work, urgent], { expect }) => {
      const own = backlogOf(work);
      const full = { [urgent]: { jobs: JOBS[urgent] * 2 } };
      expect(decide(work, { ...full, [own]: { jobs: 5, room: 1 } })).toBeNull();
      expect(decide(work, { ...full, [own]: { jobs: 5, room: 0 } })).not.toBeNull();
      expect(decide(work, { ...full, [own]: null })).not.toBeNull();
    },
  );

  it("is refused by its own full backlog, and the room of another lane does not help", ({
    expect,
  }) => {
    for (const work of ["batch", "default", "interactive", "file", "files"] as const) {
      const jobs = JOBS[backlogOf(work)];
      expect(decide(work, { [backlogOf(work)]: { jobs, room: 5 } })).not.toBeNull();
    }
    const full = { interactive: { jobs: JOBS.interactive }, default: { jobs: 1, room: 5 } };
    expect(decide("batch", full)).not.toBeNull();
  });

  it("is admitted while nobody knows the load", ({ expect }) => {
    for (const work of ["batch", "default", "interactive", "file", "files"] as const) {
      const unknown = Object.fromEntries(BACKLOGS.map((backlog) => [backlog, null]));
      expect(decide(work, unknown)).toBeNull();
    }
  });
});

describe("Retry-After", () => {
  it.for<[string, Partial<BacklogLoad>, number]>([
    ["is the time in which the excess is worked on", { jobs: 900, drainPerSecond: 10 }, 5],
    ["is a second at least", { jobs: 850, drainPerSecond: 1_000 }, 1],
    ["is a minute at most", { jobs: 1_000, drainPerSecond: 0.1 }, 60],
    ["is a minute while nothing ends", { jobs: 900, drainPerSecond: 0 }, 60],
    ["is a minute while nobody has counted", { jobs: 900, drainPerSecond: null }, 60],
    [
      "takes the share of the backlog that makes it too old",
      { jobs: 200, oldestAgeMs: 15 * 60_000, drainPerSecond: 2 },
      15,
    ],
  ])("%s", ([, load, seconds], { expect }) => {
    expect(decide("default", { default: load })?.retryAfter).toBe(seconds);
  });

  it("differs between clients, and never exceeds a minute", ({ expect }) => {
    const full = { jobs: 1_000, drainPerSecond: 10 };
    const stuck = { ...full, drainPerSecond: 0 };
    const seconds = [full, stuck].map((load) =>
      [0, 0.999].map((dice) => decide("default", { default: load }, dice)?.retryAfter),
    );
    expect(seconds).toEqual([
      [15, 19],
      [60, 46],
    ]);
  });
});

describe("the words of a refusal", () => {
  it.for<[BackgroundWork, Backlog, string]>([
    [
      "batch",
      "batch",
      "The lane batch has 90 % of its capacity, and new answers are admitted up to 70 %. Nothing of this request is stored. Send it again in 60 s, send it with a more urgent service_tier, or without 'background': such an answer waits in no queue.",
    ],
    [
      "default",
      "interactive",
      "The lane interactive has 90 % of its capacity, and new answers of the lane default are admitted up to 85 %. Nothing of this request is stored. Send it again in 60 s, send it with a more urgent service_tier, or without 'background': such an answer waits in no queue.",
    ],
    [
      "files",
      "ingest",
      "The queue of files to index has 90 % of its capacity, and admits batches of files up to 70 %. Nothing of this request is stored. Send it again in 60 s, or attach the files one by one.",
    ],
  ])("%s, because of %s", ([work, backlog, message], { expect }) => {
    const load = { jobs: JOBS[backlog] * 0.9, drainPerSecond: null };
    expect(decide(work, { [backlog]: load })).toEqual({
      code: "backlog_full",
      message,
      retryAfter: 60,
    });
  });
});

describe("the load of a backlog", () => {
  const lane = { waiting: 30, sent: 20, oldestAgeMs: 5_000, drainPerSecond: 2, room: 0 };

  it("joins the queue's and the lane's counts, without counting a message twice", ({ expect }) => {
    expect(joinLoads({ jobs: 15, oldestAgeMs: 9_000 }, lane)).toEqual({
      jobs: 50,
      oldestAgeMs: 9_000,
      drainPerSecond: 2,
      room: 0,
    });
    expect(joinLoads({ jobs: 45, oldestAgeMs: 0 }, lane)?.jobs).toBe(75);
  });

  it("is that of the one which answers", ({ expect }) => {
    expect(joinLoads(null, lane)).toEqual({
      jobs: 50,
      oldestAgeMs: 5_000,
      drainPerSecond: 2,
      room: 0,
    });
    expect(joinLoads({ jobs: 15, oldestAgeMs: 9 }, null)).toEqual({
      jobs: 15,
      oldestAgeMs: 9,
      drainPerSecond: null,
      room: 0,
    });
    expect(joinLoads(null, null)).toBeNull();
  });

  it("has the room of the lane that no message in the queue will need", ({ expect }) => {
    const free = { ...lane, waiting: 0, room: 12 };
    const rooms = [0, 5, 12, 750].map((jobs) => joinLoads({ jobs, oldestAgeMs: 0 }, free)?.room);
    expect(rooms).toEqual([12, 7, 0, 0]);
    expect(joinLoads(null, free)?.room).toBe(12);
  });
});
