import { Attempts } from "../../../../src/kernel/engine/attempts.ts";
import { Claims } from "../../../../src/kernel/engine/claims.ts";
import { Transactions } from "../../../../src/kernel/engine/transactions.ts";
import { RunExpressions } from "../../../../src/kernel/ledger/run-expressions.ts";
import { RunLedger } from "../../../../src/kernel/ledger/run-ledger.ts";
import { type RunCallbacks, RunStore } from "../../../../src/kernel/ledger/run-store.ts";
import { KernelStorage } from "../../../../src/kernel/rows/kernel-storage.ts";
import type { StepRecord } from "../../../../src/kernel/rows/step-row.ts";
import type { StepHandlers } from "../../../../src/kernel/rules/step-handler.ts";
import { TINY_EXPRESSIONS } from "../../../fakes/tiny-expressions.ts";
import { SqliteStorage } from "../ledger/sqlite-storage.ts";

const now = () => 1_000;

/** Builds all parts of a kernel except its loop, on Node's SQLite, with a clock that never advances. */
export function makeParts(
  handlers: StepHandlers,
  otherDue?: () => number | null,
  callbacks: RunCallbacks = {},
) {
  const sqlite = new SqliteStorage();
  const durable = sqlite.storage;
  const storage = new KernelStorage(durable.sql);
  const runs = new RunStore(storage, { now, random: () => 0.5, strikesMax: 5, callbacks });
  const expressions = new RunExpressions(storage, TINY_EXPRESSIONS);
  const attempts = new Attempts({ storage, expressions, handlers, now });
  const claims = new Claims(handlers, runs, attempts);
  const ledger = new RunLedger(storage, runs, expressions, claims);
  const lower = { durable, storage, runs, expressions, attempts, claims };
  const transactions = new Transactions({ ...lower, otherDue, onUnsent: undefined });
  return { sqlite, storage, runs, attempts, claims, ledger, transactions };
}

type Parts = ReturnType<typeof makeParts>;

/** Reads a step of the run `run`. Throws if it has no row. */
export function findStep({ storage }: Parts, step: string): StepRecord {
  const record = storage.steps.find("run", step);
  if (!record) throw new Error(`There is no step ${step}`);
  return record;
}

/** Starts a run, `run` by default, with independent steps `s0`, `s1`, …, one for each handler in `uses`. */
export function startSteps(
  { ledger, transactions }: Parts,
  uses: readonly string[],
  id = "run",
): void {
  const steps = Object.fromEntries(uses.map((use, index) => [`s${index}`, { use }]));
  transactions.run(() => ledger.start({ id, definition: { name: "steps", steps }, input: null }));
}

/** Returns the lease of a claimed step. Throws if it is not claimed. */
export function readLease(parts: Parts, step: string): string {
  const { state } = findStep(parts, step);
  if (state.phase !== "claimed") throw new Error(`${step} is ${state.phase}`);
  return state.lease;
}
