import { z } from "zod";

import { type Percentiles, percentiles } from "../latency.ts";
import { startShards } from "./shards-runtime.ts";

/** Chunks that are drawn and written in one request. */
const REQUEST = 1_000;
const SHARD = "exact";

const Timed = z.object({
  ms: z.number(),
  rounds: z.number(),
  segments: z.number(),
  blocks: z.number(),
  terms: z.number(),
  isCut: z.boolean(),
});

/** The ways in which the terms of a question are expanded. */
const KINDS = [
  { name: "prefix", kind: "prefix", edits: 0 },
  { name: "fuzzy, 1 edit", kind: "fuzzy", edits: 1 },
  { name: "fuzzy, 2 edits", kind: "fuzzy", edits: 2 },
] as const;

/** What expanding terms in one way took: by a walk over the stored terms (`cold`), and from the cache. */
export type ExpansionResult = {
  readonly name: string;
  readonly cold: Percentiles;
  /** Processor time of the whole process for a walk, in milliseconds. */
  readonly cpuMs: number;
  readonly cached: Percentiles;
  readonly segments: number;
  /** Means over the questions; `cut` counts the questions whose walk has reached its limit of blocks. */
  readonly blocks: number;
  readonly terms: number;
  readonly cut: number;
};

/** Writes chunks into a shard and expands as many terms as there are questions in each way. */
export async function measureExpansions(
  count: number,
  questions: number,
  onProgress: (written: number) => void,
): Promise<ExpansionResult[]> {
  const runtime = await startShards();
  try {
    for (let from = 0; from < count; from += REQUEST) {
      const part = Math.min(REQUEST, count - from);
      await runtime.post(`/fill-words?engine=${SHARD}&from=${from}&count=${part}`);
      onProgress(from + part);
    }
    const results: ExpansionResult[] = [];
    for (const { name, kind, edits } of KINDS) {
      const walks: Walk[] = [];
      const cached: number[] = [];
      for (let question = 0; question < questions; question++) {
        const path = `/expand?engine=${SHARD}&kind=${kind}&edits=${edits}&question=${question}`;
        const { value, cpuMs } = await runtime.postTimed(`${path}&from=walk`);
        walks.push({ ...Timed.parse(value), cpuMs });
        cached.push(Timed.parse(await runtime.post(`${path}&from=cache`)).ms);
      }
      results.push({ name, ...sumUp(walks), cached: percentiles(cached) });
    }
    return results;
  } finally {
    await runtime.dispose();
  }
}

type Walk = z.infer<typeof Timed> & { readonly cpuMs: number };

function sumUp(walks: readonly Walk[]) {
  return {
    cold: percentiles(walks.map(({ ms }) => ms)),
    cpuMs: mean(walks.map(({ cpuMs, rounds }) => cpuMs / rounds)),
    segments: mean(walks.map(({ segments }) => segments)),
    blocks: mean(walks.map(({ blocks }) => blocks)),
    terms: mean(walks.map(({ terms }) => terms)),
    cut: walks.filter(({ isCut }) => isCut).length,
  };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
