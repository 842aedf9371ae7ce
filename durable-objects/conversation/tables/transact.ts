import type { Refusal } from "../../../src/refusal.ts";
import type { Result } from "../../../src/result.ts";

const ROLLBACK = new Error("rolled back");

/** Runs a change of the database in one transaction. If it returns a refusal, all its writes are rolled back. */
export function transact<Value>(
  storage: DurableObjectStorage,
  change: () => Result<Value, Refusal>,
): Result<Value, Refusal> {
  let result: Result<Value, Refusal> | undefined;
  try {
    storage.transactionSync(() => {
      result = change();
      if (!result.ok) throw ROLLBACK;
    });
  } catch (error) {
    if (error !== ROLLBACK) throw error;
  }
  if (!result) throw new Error("The transaction ended without a result");
  return result;
}
