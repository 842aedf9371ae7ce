import type { AlsoOutcome, IngestReport } from "./ingest-types.ts";

type Completed = Extract<IngestReport["outcome"], { kind: "completed" }>;
type Written = { readonly chunkCount: number; readonly usageBytes: number };

/**
 * Sorts the outcome of indexing a file by generations: `serving` is what was written to the generation that serves now,
 * null if nothing was, and `other` the outcome in the other one, null if the file was not written there. They may have
 * been switched since the consumer took the file. A report that names no generation is about the serving one.
 */
export function sortOutcome(outcome: Completed, serving: number) {
  const { generation = serving, chunkCount, usageBytes, also } = outcome;
  const first: AlsoOutcome = { kind: "completed", generation, chunkCount, usageBytes };
  const all = also ? [first, also] : [first];
  const own = all.find((one) => one.generation === serving);
  const written: Written | null = own?.kind === "completed" ? own : null;
  return { serving: written, other: all.find((one) => one.generation !== serving) ?? null };
}
