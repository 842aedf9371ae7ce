import { z } from "zod";

import { table } from "../../scripts/terminal/table.ts";
import { startShards } from "./shards-runtime.ts";

/** Chunks that are drawn and written in one request. */
const REQUEST = 1_000;
/** The upper ends of the histogram's bars, in milliseconds. */
const BARS = [1, 2, 5, 10, 15, 20, 25, 30, 40, 60, Infinity];

const HoldsSchema = z.record(z.string(), z.array(z.number()));

/**
 * Writes chunks into a search shard, which merges them meanwhile, and searches it after every few calls. Returns a
 * histogram of the times for which the object was held by one call or one slice of its alarm, with their percentiles.
 */
export async function measurePauses(
  count: number,
  onProgress: (written: number) => void,
): Promise<string> {
  const runtime = await startShards();
  try {
    for (let from = 0; from < count; from += REQUEST) {
      await runtime.post(`/write-watched?from=${from}&count=${Math.min(REQUEST, count - from)}`);
      onProgress(from);
    }
    return histogram(HoldsSchema.parse(await runtime.post("/holds")));
  } finally {
    await runtime.dispose();
  }
}

function histogram(holds: z.infer<typeof HoldsSchema>): string {
  const columns = { all: Object.values(holds).flat(), ...holds };
  const names = Object.keys(columns);
  const rows = BARS.map((end, at) => {
    const start = BARS[at - 1] ?? 0;
    const name = end === Infinity ? `over ${start} ms` : `to ${end} ms`;
    const counts = Object.values(columns).map((times) =>
      String(times.filter((ms) => (at === 0 || ms > start) && ms <= end).length),
    );
    return [name, ...counts];
  });
  const share = (name: string, part: number) => [
    name,
    ...Object.values(columns).map((times) => percentile(times, part).toFixed(1)),
  ];
  return table([
    ["held", ...names],
    ...rows,
    share("p99, ms", 0.99),
    share("p99.9, ms", 0.999),
    share("longest, ms", 1),
  ]);
}

/** Returns the value that this share of all values does not exceed. */
function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}
