import { scheduler } from "node:timers/promises";

/** Lets other requests have their turn. A resolved promise does not; this takes about a millisecond. */
export const giveTurn = (): Promise<void> => scheduler.wait(0);

/**
 * Work in slices of about 10 ms. All requests of a process share one thread, so a loop over a whole file would stop
 * them; where the work yields, another has its turn. Slices are counted in characters or steps, because on the network
 * the clock does not advance while a loop runs.
 */
export type Sliced<Value> = Generator<undefined, Value, undefined>;

/** Does the work without a pause. */
export function finishNow<Value>(work: Sliced<Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work with other requests between its slices. */
export async function finishInTurns<Value>(work: Sliced<Value>): Promise<Value> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await giveTurn();
  }
}

/** Does the work like `finishInTurns`. Null if it has more than `slicesMax` slices. */
export async function finishWithin<Value>(
  work: Sliced<Value>,
  slicesMax: number,
): Promise<Value | null> {
  for (let slices = 0; slices < slicesMax; slices++) {
    const { done, value } = work.next();
    if (done) return value;
    await giveTurn();
  }
  return null;
}
