import { Attempts } from "../../../../src/kernel/engine/attempts.ts";
import { Claims } from "../../../../src/kernel/engine/claims.ts";
import { Transactions } from "../../../../src/kernel/engine/transactions.ts";
import { RunExpressions } from "../../../../src/kernel/ledger/run-expressions.ts";
import { RunLedger } from "../../../../src/kernel/ledger/run-ledger.ts";
import { RunStore } from "../../../../src/kernel/ledger/run-store.ts";
import { KernelStorage } from "../../../../src/kernel/rows/kernel-storage.ts";
import type { SettledRun, SettledStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import { TINY_EXPRESSIONS } from "../../../fakes/tiny-expressions.ts";
import type { SqliteStorage } from "./sqlite-storage.ts";

/** All parts of a kernel that need no Durable Object: everything except the engine's loop. */
export type LedgerKernel = {
  readonly storage: KernelStorage;
  readonly ledger: RunLedger;
  readonly transactions: Transactions;
};

/** The storage and the clock of a kernel, and the list of the ends that it reports. */
type Surroundings = {
  readonly sqlite: SqliteStorage;
  readonly settled: SettledStatus[];
  readonly now: number;
};

/** Builds the parts of a kernel on a storage, as a new isolate does after a restart. */
export function buildKernel(surroundings: Surroundings): LedgerKernel {
  const durable = surroundings.sqlite.storage;
  const now = () => surroundings.now;
  const storage = new KernelStorage(durable.sql);
  const onRunSettled = ({ status }: SettledRun) => void surroundings.settled.push(status);
  const callbacks = { onRunSettled };
  const runs = new RunStore(storage, { now, random: () => 0.5, strikesMax: 10_000, callbacks });
  const expressions = new RunExpressions(storage, TINY_EXPRESSIONS);
  const attempts = new Attempts({ storage, expressions, handlers: {}, now });
  const claims = new Claims({}, runs, attempts);
  const ledger = new RunLedger(storage, runs, expressions, claims);
  const parts = { durable, storage, runs, expressions, attempts, claims };
  const transactions = new Transactions({ ...parts, otherDue: undefined, onUnsent: undefined });
  return { storage, ledger, transactions };
}
