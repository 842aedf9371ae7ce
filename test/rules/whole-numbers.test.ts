import * as fc from "fast-check";
import { describe, it } from "vitest";

import type { StepDefinition } from "../../src/kernel/rules/definition.ts";
import { retryAfterMs } from "../../src/kernel/rules/retry-after.ts";
import { SignalWith, SleepWith } from "../../src/kernel/rules/run/native-wait.ts";
import { moveStep } from "../../src/kernel/rules/step/move-step.ts";
import { readyStep, type StepState } from "../../src/kernel/rules/step/step-state.ts";
import { chooseShard, estimateChunks } from "../../src/knowledge/choose-shard.ts";
import { writeRunSummary } from "../../src/platform/databases/run-catalog.ts";
import { decideStart } from "../../src/workflow/schedule/start-outcome.ts";

/** Columns of whole numbers refuse a fraction when a row is bound, so nothing that is computed for them may be one. */
const NOW = 1_700_000_000_001;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const surroundings = (definition: StepDefinition, random: () => number) => ({
  now: NOW,
  random,
  definition,
  strikesMax: 3,
});

/** The numbers of a state that go into a row. */
const numbersOf = (state: StepState) =>
  Object.values(state).filter((value) => typeof value === "number");

/** CATALOG, which takes any statement. */
function anyDatabase(): D1Database {
  const statement = { bind: () => statement, run: async () => ({}) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a summary is written by nothing else
  return { prepare: () => statement, batch: async () => [] } as unknown as D1Database;
}

describe("what goes into a column of whole numbers is one", () => {
  it("when an open run of any age tells how it is", async ({ expect }) => {
    const age = fc.oneof(fc.nat(30 * 24 * 3_600_000), fc.constantFrom(1_200_001, 1_200_002));
    await fc.assert(
      fc.asyncProperty(age, async (ageMs) => {
        const frame = {
          id: "run_1",
          workflow: { name: "refund", version: 1, hash: "0" },
          metadata: {},
        } as const;
        const header = {
          id: "run_1",
          name: "refund",
          event: 1,
          status: "running",
          error: null,
          createdAt: NOW - ageMs,
          settledAt: null,
        } as const;
        const summary = { frame, header, version: 1, now: NOW, nextDue: NOW + ageMs, waits: [] };
        const scope = { projectId: "proj_1", region: "auto" } as const;
        await expect(writeRunSummary(anyDatabase(), scope, summary)).resolves.toBe(undefined);
      }),
    );
  });

  it("when a step is tried again, whatever its handler or a header says", ({ expect }) => {
    const header = fc
      .oneof(fc.nat().map(String), fc.constantFrom("1.5", "9".repeat(30), "Fri, 31 Dec 9999"))
      .map((text) => retryAfterMs(text, NOW));
    const afterMs = fc.oneof(
      fc.double(),
      header,
      fc.nat(60_000).map((ms) => ms / 7),
    );
    const retry = fc.record({
      attemptsMax: fc.constant(5),
      baseMs: fc.nat(10_000),
      capMs: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(retry, afterMs, chance, (policy, ms, dice) => {
        const given = surroundings({ use: "any@1", retry: policy }, () => dice);
        const ready = readyStep(NOW, given.definition);
        const claimed = moveStep(ready, { type: "claimed", lease: "l", leaseMs: 60_000 }, given);
        const next = moveStep(claimed, { type: "retried", message: "busy", afterMs: ms }, given);
        expect(["ready", "failed"]).toContain(next.phase);
        expect(numbersOf(next).filter((value) => !Number.isSafeInteger(value))).toEqual([]);
      }),
    );
  });

  it("when a schedule tries to start a run again", ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), chance, (attempt, dice) => {
        const failed = { kind: "failed", message: "busy" } as const;
        const decision = decideStart({ attempt, since: NOW }, failed, NOW, () => dice);
        expect(decision.kind === "again" && Number.isSafeInteger(decision.due)).toBe(true);
      }),
    );
  });

  it("when a step sleeps or waits for a signal", ({ expect }) => {
    const durations = fc
      .tuple(fc.double({ min: 0.001, max: 99, noNaN: true }), fc.constantFrom("ms", "s", "m", "h"))
      .map(([amount, unit]) => `${amount.toFixed(7)}${unit}`);
    fc.assert(
      fc.property(durations, (text) => {
        const sleep = SleepWith.safeParse({ for: text });
        const wait = SignalWith.safeParse({ name: "ok", timeout: text });
        const read = [sleep.data?.for, wait.data?.timeout].filter((ms) => ms !== undefined);
        expect(read.every(Number.isSafeInteger)).toBe(true);
      }),
    );
    const times = fc
      .tuple(
        fc.date({ min: new Date(0), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true }),
        fc.constantFrom("", ".5", ".0005", ".123456789"),
        fc.constantFrom("Z", "+23:59", "-00:30"),
      )
      .map(([date, fraction, zone]) => date.toISOString().slice(0, 19) + fraction + zone);
    const odd = fc.constantFrom(
      "0000-01-01T00:00:00Z",
      "2030-01-31T09:00Z",
      "2024-02-29T23:59:59Z",
    );
    fc.assert(
      fc.property(fc.oneof(times, odd), (until) => {
        const sleep = SleepWith.safeParse({ until });
        if (sleep.success) expect(Number.isSafeInteger(Date.parse(until))).toBe(true);
      }),
    );
  });

  it("when chunks are estimated and a shard is chosen", ({ expect }) => {
    const tokens = fc.integer({ min: 1, max: 4_096 });
    fc.assert(
      fc.property(fc.nat(512_000_000), tokens, fc.nat(4_096), (bytes, chunkTokensMax, overlap) => {
        const chunking = { chunkTokensMax, overlapTokens: Math.min(overlap, chunkTokensMax) };
        const chunkCount = estimateChunks(bytes, chunking);
        expect(Number.isSafeInteger(chunkCount)).toBe(true);
        expect(Number.isSafeInteger(chooseShard([{ number: 0, chunkCount }], 10))).toBe(true);
      }),
    );
  });
});
