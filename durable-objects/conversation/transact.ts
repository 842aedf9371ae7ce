import type { Refusal } from "../../src/refusal.ts";
import type { Result } from "../../src/result.ts";

const ROLLBACK = new Error("rolled back");

/** Runs a change in one transaction. A refusal rolls back all its writes. */
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
