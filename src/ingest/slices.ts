import { scheduler } from "node:timers/promises";

/**
 * Waits until other requests in the same process have run. Awaiting a resolved promise does not let them run. Takes
 * about a millisecond.
 */
export const giveTurn = (): Promise<void> => scheduler.wait(0);

/**
 * Work that pauses (yields) about every 10 ms, as a generator whose return value is the result. All requests of a
 * process share one thread, so a long loop would stop them all; at each pause other requests can run. The length of a
 * slice is counted in characters or steps, because on Cloudflare the clock does not advance while a loop runs.
 */
export type Sliced<Value> = Generator<undefined, Value, undefined>;

/** Runs sliced work to its end without pauses. Returns its result. */
export function finishNow<Value>(work: Sliced<Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Runs sliced work to its end and lets other requests run between its slices. Returns its result. */
export async function finishInTurns<Value>(work: Sliced<Value>): Promise<Value> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await giveTurn();
  }
}

/**
 * Items that sliced work makes one after the other, with `undefined` for each pause. Whoever needs no more of them stops,
 * and the rest of the work is never done.
 */
export type SlicedItems<Item> = Generator<Item | undefined, void, undefined>;

/** Makes all items of sliced work without pauses. */
export function listNow<Item>(items: SlicedItems<Item>): Item[] {
  return Array.from(items).filter((item) => item !== undefined);
}

/**
 * Cuts a list into parts that are each at most `workMax` work, or one item that is more. Between the parts, whoever
 * works on them lets other requests run.
 */
export function sliceByWork<Item>(
  items: readonly Item[],
  measureWork: (item: Item) => number,
  workMax: number,
): Item[][] {
  const parts: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const work = measureWork(item);
    if (work > left || parts.length === 0) {
      parts.push([]);
      left = workMax;
    }
    parts.at(-1)?.push(item);
    left -= work;
  }
  return parts;
}
