import { evictDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { KERNEL_MIGRATIONS } from "../../../src/kernel/rows/kernel-storage.ts";
import { type Migration, migrate } from "../../../src/kernel/rows/migrate.ts";
import { ended, readRunOutput, stub, until, within } from "./objects/kernels.ts";

/** Definitions of the previous build: a policy has the limit of the whole step, a step has that of an attempt. */
const OLD_RETRY = { attemptsMax: 3, baseMs: 1, capMs: 5, totalMs: 5_000 };
const CHAIN = {
  name: "chain",
  steps: {
    a: { use: "note@1", retry: OLD_RETRY, timeoutMs: 2_000 },
    b: { use: "outputs@1", needs: ["a"] },
  },
};
const FILE = { name: "ingest", steps: { file: { use: "file@1", retry: OLD_RETRY } } };
const GATE = {
  name: "gate",
  steps: { only: { use: "gate@1", retry: OLD_RETRY, timeoutMs: 2_000 } },
};

type OldStep = {
  readonly step: string;
  readonly use: string;
  readonly phase: string;
  readonly attempt?: number;
  readonly due?: number;
  readonly lease?: string;
  readonly firstAt?: number;
  readonly deadline?: number;
  readonly output?: string;
  readonly message?: string;
};
type OldRun = {
  readonly id: string;
  readonly definition: object;
  readonly status?: string;
  readonly error?: readonly [step: string, message: string];
  readonly steps: readonly OldStep[];
  readonly events?: readonly (readonly [
    type: string,
    step: string | null,
    detail: string | null,
  ])[];
};

/** Writes rows with the statements of the previous build. */
function storeOld({ storage }: DurableObjectState, runs: readonly OldRun[]): void {
  migrate(storage, KERNEL_MIGRATIONS.slice(0, 1));
  const { sql } = storage;
  for (const { id, definition, status = "running", error, steps, events = [] } of runs) {
    const body = JSON.stringify(definition);
    sql.exec("INSERT OR IGNORE INTO kernel_definition (body) VALUES (?)", body);
    sql.exec(
      `INSERT INTO kernel_run (id, definition_id, status, input, error_step, error_message, created_at, settled_at)
       SELECT ?, id, ?, '"in"', ?, ?, 1000, ? FROM kernel_definition WHERE body = ?`,
      id,
      status,
      error?.[0] ?? null,
      error?.[1] ?? null,
      status === "running" ? null : 2_000,
      body,
    );
    for (const step of steps) {
      const { due = null, lease = null, firstAt = null, deadline = null, output = null } = step;
      sql.exec(
        `INSERT INTO kernel_step (run_id, step, use, phase, attempt, due, lease, first_at, deadline, output, message)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        step.step,
        step.use,
        step.phase,
        step.attempt ?? 0,
        due,
        lease,
        firstAt,
        deadline,
        output,
        step.message ?? null,
      );
    }
    for (const [index, [type, step, detail]] of events.entries()) {
      sql.exec(
        "INSERT INTO kernel_event (run_id, seq, at, type, step, detail) VALUES (?, ?, ?, ?, ?, ?)",
        id,
        index + 1,
        1_500,
        type,
        step,
        detail,
      );
    }
  }
}

describe("a run of the previous build", () => {
  it("continues in every phase and settles once", async ({ expect }) => {
    const now = Date.now();
    const done = { step: "a", use: "note@1", phase: "completed", attempt: 1, output: "7" };
    const lease = "nonce/file/sent";
    const claim = {
      phase: "claimed",
      attempt: 1,
      due: now + 50_000,
      firstAt: now,
      deadline: now + 600_000,
    };
    await within("old", (_object, state) =>
      storeOld(state, [
        {
          id: "fresh",
          definition: CHAIN,
          steps: [{ step: "a", use: "note@1", phase: "ready", due: now }],
        },
        {
          id: "middle",
          definition: CHAIN,
          steps: [done, { step: "b", use: "outputs@1", phase: "ready", due: now }],
          events: [["step.completed", "a", null]],
        },
        {
          id: "retrying",
          definition: CHAIN,
          steps: [
            {
              step: "a",
              use: "note@1",
              phase: "ready",
              attempt: 1,
              due: now,
              firstAt: now,
              message: "busy",
            },
          ],
          events: [["step.retried", "a", "busy"]],
        },
        {
          id: "lost",
          definition: CHAIN,
          steps: [{ ...claim, step: "a", use: "note@1", lease: "nonce/a/lost" }],
        },
        { id: "sent", definition: FILE, steps: [{ ...claim, step: "file", use: "file@1", lease }] },
        {
          id: "done",
          definition: CHAIN,
          status: "completed",
          steps: [
            done,
            { step: "b", use: "outputs@1", phase: "completed", attempt: 1, output: "8" },
          ],
          events: [
            ["step.completed", "a", null],
            ["run.completed", "b", null],
          ],
        },
        {
          id: "failed",
          definition: CHAIN,
          status: "failed",
          error: ["a", "no"],
          steps: [{ step: "a", use: "note@1", phase: "failed", attempt: 3, message: "no" }],
          events: [
            ["step.retried", "a", "busy"],
            ["run.failed", "a", "no"],
          ],
        },
      ]),
    );
    await evictDurableObject(stub("old"));
    await within("old", async (object, state) => {
      await ended(object, 4);
      expect(object.kernel.settle(lease, { kind: "completed", output: "late" })).toBe(true);
      expect(object.kernel.settle(lease, { kind: "completed", output: "late" })).toBe(false);
      expect(object.settled.map(({ id, status }) => `${id} ${status}`).toSorted()).toEqual([
        "fresh completed",
        "lost completed",
        "middle completed",
        "retrying completed",
        "sent completed",
      ]);
      // The chain's second step received the output that the previous build had stored.
      expect(readRunOutput(object, "middle")).toEqual({ b: { a: 7 } });
      expect(object.kernel.view("lost")?.steps["a"]?.attempt).toBe(2);
      expect(object.log.toSorted()).toEqual(["fresh:a", "lost:a", "retrying:a"]);

      expect(object.kernel.view("done")).toMatchObject({ status: "completed", settledAt: 2_000 });
      expect(readRunOutput(object, "done")).toEqual({ b: 8 });
      expect(object.kernel.view("failed")).toMatchObject({ error: { step: "a", message: "no" } });
      expect(object.kernel.events("failed", 0, 10)).toMatchObject([
        { seq: 1, type: "step.retried", step: "a", detail: { message: "busy" } },
        { seq: 2, type: "run.failed", step: "a", detail: { message: "no" } },
      ]);
      expect(await state.storage.getAlarm()).toBeNull();

      expect(object.kernel.retry("failed", null)).toBe(true);
      expect(await ended(object, 6)).toMatchObject({ id: "failed", status: "completed" });
      object.kernel.forget("failed");
      expect(object.kernel.view("failed")).toBeNull();
    });
  });

  it("keeps the limits of one attempt and of the whole step", async ({ expect }) => {
    const step = { step: "only", use: "gate@1", phase: "ready", due: Date.now() };
    await within("old timeouts", (_object, state) =>
      storeOld(state, [{ id: "run", definition: GATE, steps: [step] }]),
    );
    await evictDurableObject(stub("old timeouts"));
    await within("old timeouts", async (object, state) => {
      await until(() => object.gates.size === 1);
      expect(await state.storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 2_000);
      for (let attempt = 1; attempt < 3; attempt++) {
        await object.pass(2_001);
        await object.pass(10);
        await until(() => object.log.includes(`only:${attempt + 1}`));
      }
      // The third has the rest of five seconds.
      await object.pass(1_001);
      expect(await ended(object)).toMatchObject({ status: "failed" });
    });
  });

  it("is refused when it is of a newer build", async ({ expect }) => {
    await within("newer", (object, state) => {
      object.create();
      state.storage.sql.exec(
        `INSERT INTO kernel_definition (id, version, body) VALUES (1, 99, '{}')`,
      );
      state.storage.sql.exec(
        "INSERT INTO kernel_run (id, definition_id, status, input, root_run, created_at) VALUES ('run', 1, 'running', '1', 'run', 0)",
      );
      expect(() => object.kernel.view("run")).toThrow("which only a newer build can read");
    });
  });
});

describe("a new object", () => {
  it("has the same tables as one that has applied every migration", async ({ expect }) => {
    const stepwise = KERNEL_MIGRATIONS.map(({ id, sql }) => ({ id, sql }));
    const fresh = await readSchema("fresh", KERNEL_MIGRATIONS);
    expect(fresh.columns.length).toBeGreaterThan(50);
    expect(fresh).toEqual(await readSchema("stepwise", stepwise));
  });
});

async function readSchema(object: string, migrations: readonly Migration[]) {
  return await within(object, (_object, { storage }) => {
    migrate(storage, migrations);
    const columns = storage.sql.exec(
      `SELECT m.type, m.name AS object, t.* FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) t
       WHERE m.name LIKE 'kernel%' ORDER BY m.type, m.name, t.cid`,
    );
    const texts = storage.sql.exec<{ name: string; sql: string | null }>(
      "SELECT name, sql FROM sqlite_master WHERE name LIKE 'kernel%' ORDER BY name",
    );
    return { columns: columns.toArray(), texts: texts.toArray().map(plainText) };
  });
}

/** Normalizes a schema: SQLite quotes the name of a renamed table, and comments differ. */
function plainText({ name, sql }: { name: string; sql: string | null }): string {
  const text = (sql ?? "").replaceAll(/--[^\n]*/g, "").replaceAll(/["\s]+/g, "");
  return `${name}: ${text}`;
}
