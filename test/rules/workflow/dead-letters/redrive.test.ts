import { describe, it } from "vitest";

import type { Refusal } from "../../../../src/refusal.ts";
import { err, ok, type Result } from "../../../../src/result.ts";
import {
  type DeadLetter,
  describeDeath,
  LETTER_STATUSES,
  type LetterStatus,
} from "../../../../src/workflow/dead-letters/dead-letter.ts";
import type { ScheduledLetter } from "../../../../src/workflow/dead-letters/letter-requests.ts";
import { redriveLetter, redriveScheduled } from "../../../../src/workflow/dead-letters/redrive.ts";

const GIVEN_UP = {
  job: { kind: "run", runId: "run_1" },
  lane: "default",
  workflow: "refund",
  step: "charge",
  message: "away",
  diedAt: 7,
} as const;
const RUNS: Refusal = { code: "run_in_progress", message: "The run is running." };
const GONE: Refusal = { code: "not_found", message: "No run found with id 'run_1'." };

const letterWith = (status: LetterStatus): DeadLetter => ({
  ...describeDeath({ ...GIVEN_UP, failures: [] }),
  id: "dl_1",
  definitionHash: "0",
  status,
  redriveAt: null,
  redriveError: null,
});

/** Redrives a letter with this status, whose job answers as given. Returns the result and the calls. */
async function redrive(status: LetterStatus, reply: Result<null, Refusal> = ok(null)) {
  const calls: string[] = [];
  let current = letterWith(status);
  const result = await redriveLetter(
    {
      find: async () => ({ letter: current, version: 3 }),
      runAgain: async () => {
        calls.push("run again");
        return reply;
      },
      markRedriven: async (id, version) => {
        calls.push(`mark ${id} ${version}`);
        current = letterWith("redriven");
      },
    },
    "dl_1",
  );
  return { result, calls };
}

describe("redriveLetter", () => {
  it.for(LETTER_STATUSES)(
    "asks the job of a letter that is %s only if it may run",
    async (status, { expect }) => {
      const { result, calls } = await redrive(status);

      const isOver = status === "completed" || status === "cancelled";
      expect(calls).toEqual(isOver ? [] : ["run again", "mark dl_1 3"]);
      expect(result.ok).toBe(!isOver);
      if (!result.ok) expect(result.error.code).toBe("not_redrivable");
    },
  );

  it("refuses while the job runs, and says in the letter that it does", async ({ expect }) => {
    const { result, calls } = await redrive("open", err(RUNS));

    expect(result).toMatchObject({ ok: false, error: { code: "not_redrivable" } });
    expect(calls).toEqual(["run again", "mark dl_1 3"]);
  });

  it("refuses with the reason of the job, and leaves the letter open", async ({ expect }) => {
    const { result, calls } = await redrive("open", err(GONE));

    expect(result).toMatchObject({ error: { message: expect.stringContaining(GONE.message) } });
    expect(calls).toEqual(["run again"]);
  });
});

describe("redriveScheduled", () => {
  it("carries out each turn by itself, at most ten at a time", async ({ expect }) => {
    const calls: string[] = [];
    let [asking, most] = [0, 0];
    const letters = Array.from({ length: 30 }, (_none, n): ScheduledLetter => {
      const scope = { projectId: "proj_1", region: "auto" } as const;
      return { id: `dl_${n}`, scope, job: { kind: "run", runId: `run_${n}` }, version: n };
    });
    const replies: Record<string, () => Result<null, Refusal>> = {
      run_1: () => err(RUNS),
      run_2: () => err(GONE),
      run_3: () => {
        throw new Error("away");
      },
    };
    await redriveScheduled(
      {
        list: async () => letters,
        runAgain: async (_scope, job) => {
          most = Math.max(most, ++asking);
          await Promise.resolve();
          asking--;
          return (replies[job.kind === "run" ? job.runId : ""] ?? (() => ok(null)))();
        },
        markRedriven: async (id) => void calls.push(`mark ${id}`),
        refuse: async ({ id }, reason) => void calls.push(`refuse ${id}: ${reason}`),
        postpone: async ({ id }, until) => void calls.push(`postpone ${id} ${until}`),
        forgetOld: async (now) => void calls.push(`forget ${now}`),
        failed: ({ id }) => void calls.push(`failed ${id}`),
      },
      1_000,
    );

    expect(most).toBe(10);
    expect(calls.filter((call) => call.startsWith("mark"))).toHaveLength(28);
    expect(calls.filter((call) => !call.startsWith("mark")).toSorted()).toEqual([
      "failed dl_3",
      "forget 1000",
      "postpone dl_3 61000",
      `refuse dl_2: ${GONE.message}`,
    ]);
  });
});

describe("describeDeath", () => {
  it("counts all failed attempts, and keeps the newest twenty, with short messages", ({
    expect,
  }) => {
    const failures = Array.from({ length: 50 }, (_none, n) => ({
      at: n,
      step: "charge",
      attempt: n + 1,
      message: "x".repeat(5_000),
    }));
    const death = describeDeath({ ...GIVEN_UP, message: "y".repeat(5_000), failures });

    expect(death.attempts).toBe(50);
    expect(death.errors.map(({ attempt }) => attempt)).toEqual(
      failures.slice(-20).map(({ attempt }) => attempt),
    );
    const texts = [death.message, ...death.errors.map(({ message }) => message)];
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(1_001);
  });

  it("has the end as the only attempt where none is logged", ({ expect }) => {
    expect(describeDeath({ ...GIVEN_UP, failures: [] })).toMatchObject({
      attempts: 1,
      errors: [{ at: 7, step: "charge", attempt: null, message: "away" }],
    });
  });
});
