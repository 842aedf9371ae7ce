/**
 * Work that pauses about every 5 ms, as a generator whose return value is the result. Who runs it may let other requests
 * run at each pause.
 */
export type Paused<Value> = Generator<undefined, Value, undefined>;

/** Runs such work to its end at once. Returns its result. */
export function withoutPauses<Value>(work: Paused<Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
