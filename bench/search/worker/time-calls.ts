/** A question is repeated for this long, since the clock in workerd has steps of a millisecond. */
const MEASURED_MS = 12;
/** The best of several measurements counts, since other work on the machine slows them down. */
const MEASUREMENTS = 3;

/** Calls a function as often as it takes to measure the time of a call, in milliseconds. */
export async function timeCalls<Value>(
  call: () => Value | Promise<Value>,
): Promise<{ ms: number; rounds: number; value: Value }> {
  let value = await call();
  let rounds = 1;
  let best = Infinity;
  for (let measurement = 0; measurement < MEASUREMENTS; measurement++) {
    const started = performance.now();
    let ms = 0;
    let calls = 0;
    for (; ms < MEASURED_MS; calls++) {
      value = await call();
      ms = performance.now() - started;
    }
    best = Math.min(best, ms / calls);
    rounds += calls;
  }
  return { ms: best, rounds, value };
}
