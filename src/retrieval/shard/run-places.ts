import type { NumberRun } from "../segment/columns.ts";

/** A run of chunk numbers with the slot of its first chunk. */
type PlacedRun = NumberRun & { readonly slot: number };

/** Maps chunk numbers to slots of a segment, and slots to numbers, by binary search. */
export class RunPlaces {
  readonly #bySlot: readonly PlacedRun[];
  readonly #byNumber: readonly PlacedRun[];

  constructor(runs: readonly NumberRun[]) {
    let slot = 0;
    this.#bySlot = runs.map((run) => {
      const placed = { ...run, slot };
      slot += run.count;
      return placed;
    });
    this.#byNumber = this.#bySlot.toSorted((a, b) => a.first - b.first);
  }

  /** Lists the chunks of the segment whose numbers are in `run`, as runs with their slots. */
  find({ first, count }: NumberRun): PlacedRun[] {
    const found: PlacedRun[] = [];
    const runs = this.#byNumber;
    for (let at = Math.max(0, countUntil(runs, "first", first) - 1); at < runs.length; at++) {
      const run = runs[at];
      if (!run || run.first >= first + count) break;
      const start = Math.max(run.first, first);
      const end = Math.min(run.first + run.count, first + count);
      if (end <= start) continue;
      found.push({ first: start, count: end - start, slot: run.slot + start - run.first });
    }
    return found;
  }

  /** Returns the number of the chunk in a slot. */
  numberAt(slot: number): number {
    const run = this.#bySlot[countUntil(this.#bySlot, "slot", slot) - 1];
    if (!run) throw new Error(`No chunk of the segment is in slot ${slot}`);
    return run.first + slot - run.slot;
  }
}

/** Counts the runs whose `key` is at most `value`. The runs must be sorted by `key`. */
function countUntil(runs: readonly PlacedRun[], key: "first" | "slot", value: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.[key] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const placed = new WeakMap<readonly NumberRun[], RunPlaces>();

/** Returns the `RunPlaces` of a segment's runs, which is computed once for each array. */
export function placeRuns(runs: readonly NumberRun[]): RunPlaces {
  const known = placed.get(runs);
  if (known) return known;
  const made = new RunPlaces(runs);
  placed.set(runs, made);
  return made;
}
