import { describe, it } from "vitest";

import { FairTurns } from "../../../src/lanes/fair-turns.ts";

const always = () => true;

const job = (runId: string, tokens = 1_000, since = 0) => ({ runId, step: "s", tokens, since });

/** Adds `count` jobs of a project, named `<project>0`, `<project>1`, … */
function addJobs(turns: FairTurns, project: string, count: number, tokens = 1_000): void {
  for (let index = 0; index < count; index++) turns.add(project, job(project + index, tokens));
}

function takeAll(turns: FairTurns, hasRoom: (project: string) => boolean = always): string[] {
  const taken: string[] = [];
  for (let next = turns.next(hasRoom); next; next = turns.next(hasRoom)) taken.push(next.runId);
  return taken;
}

const countOf = (taken: readonly string[], project: string) =>
  taken.filter((runId) => runId.startsWith(project)).length;

describe("the turns of projects", () => {
  it("give a project with few jobs its turn long before another one's many are sent", ({
    expect,
  }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 500);
    addJobs(turns, "b", 3);

    const taken = takeAll(turns);

    expect(taken).toHaveLength(503);
    expect(taken.indexOf("b2")).toBeLessThan(10);
  });

  it("give each project the same tokens, however large its jobs are", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "large", 200, 10_000);
    addJobs(turns, "small", 2_000, 1_000);

    const taken = takeAll(turns).slice(0, 1_100);

    const [large, small] = [countOf(taken, "large") * 10_000, countOf(taken, "small") * 1_000];
    expect(large / small).toBeGreaterThan(0.95);
    expect(large / small).toBeLessThan(1.05);
  });

  it("keep the order of the jobs of one project", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 20, 700);
    addJobs(turns, "b", 20, 4_000);

    const taken = takeAll(turns).filter((runId) => runId.startsWith("a"));

    expect(taken).toEqual(Array.from({ length: 20 }, (_none, index) => `a${index}`));
  });

  it("pass over a project without room, which goes first once it has room", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 2);
    addJobs(turns, "b", 2);

    expect(takeAll(turns, (project) => project !== "a")).toEqual(["b0", "b1"]);
    expect(takeAll(turns)).toEqual(["a0", "a1"]);
    expect(turns.size).toBe(0);
  });

  it("reach a job of any size, and one that says it has no tokens", ({ expect }) => {
    const turns = new FairTurns();
    turns.add("a", job("huge", Number.MAX_SAFE_INTEGER));
    turns.add("b", job("none", 0));

    expect(takeAll(turns).toSorted()).toEqual(["huge", "none"]);
  });

  it("do not let a project save tokens while it has no jobs", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 100);
    for (let round = 0; round < 50; round++) {
      turns.add("b", job(`early${round}`, 1));
      turns.next((project) => project === "b");
    }
    addJobs(turns, "b", 100);

    const taken = takeAll(turns).slice(0, 20);

    expect(countOf(taken, "b")).toBeLessThanOrEqual(12);
  });
});

describe("a job that waits", () => {
  it("keeps its place when it is added again, with the newer tokens", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 3);
    turns.add("a", job("a0", 5_000));

    expect(turns.size).toBe(3);
    expect(takeAll(turns)).toEqual(["a0", "a1", "a2"]);
  });

  it("can be removed, once", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 2);

    turns.remove("a", job("a0"));
    turns.remove("a", job("a0"));
    turns.remove("nobody", job("a0"));

    expect(turns.size).toBe(1);
    expect(takeAll(turns)).toEqual(["a1"]);
  });

  it("has a place: one, and no more than those that are sent before it", ({ expect }) => {
    const turns = new FairTurns();
    addJobs(turns, "a", 100);
    addJobs(turns, "b", 5);

    expect(turns.place("a", job("a0"))).toBeLessThanOrEqual(2);
    expect(turns.place("b", job("b4"))).toBe(10);
    expect(turns.place("a", job("a99"))).toBe(105);
    expect(turns.place("a", job("unknown"))).toBeNull();
    expect(turns.place("c", job("a0"))).toBeNull();
  });

  it("is counted by its age, from the oldest of all projects", ({ expect }) => {
    const turns = new FairTurns();
    expect(turns.oldest()).toBeNull();
    turns.add("a", job("a0", 1, 500));
    turns.add("b", job("b0", 1, 300));
    turns.add("b", job("b1", 1, 100));

    expect(turns.oldest()).toBe(300);
  });
});
