import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { bundleWithWasm } from "../../scripts/bundle/bundle-worker.ts";
import { startBenchWorker } from "../bench-worker.ts";

const Timed = z.object({
  ms: z.number(),
  rounds: z.number(),
  hits: z.array(z.object({ chunkId: z.string(), lexical: z.number(), dense: z.number() })),
  work: z.object({ postings: z.number(), dense: z.string() }).nullable(),
});
const Started = z.object({ ms: z.number(), dense: z.string().nullable() });

/** The answer to a question, its time, and the processor time of the process for it. */
export type TimedAnswer = z.infer<typeof Timed> & { readonly cpuMs: number };

/** A workerd process with a search shard for each tier, and an oracle: see the benchmark's Worker. */
export type ShardsRuntime = {
  /** Writes documents into engines. Returns the milliseconds that each shard took. */
  fill(engines: readonly string[], from: number, count: number): Promise<Record<string, number>>;
  /** Asks a question with the statistics of the shard `counting`. */
  ask(engine: string, question: number, counting: string): Promise<TimedAnswer>;
  /** Starts a shard again from its storage, and asks it a first question. */
  start(engine: string, question: number): Promise<z.infer<typeof Started>>;
  /** Returns the megabytes by which a fresh process grows with a shard's first question. */
  measureMemory(engine: string): Promise<number>;
  /** Sends a request to the benchmark's Worker. Returns the JSON that it answers. */
  post(path: string): Promise<unknown>;
  /** Sends a request as `post` does. Also returns the processor time of the process for it, in milliseconds. */
  postTimed(path: string): Promise<{ readonly value: unknown; readonly cpuMs: number }>;
  dispose(): Promise<void>;
};

/** Starts workerd with empty objects. */
export async function startShards(): Promise<ShardsRuntime> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-shards-"));
  const bundle = await bundleWithWasm("bench/search/worker/shards.ts");
  let running = await startProcess(folder, bundle);
  const start = async (engine: string, question: number) =>
    Started.parse(await running.post(`/start?engine=${engine}&question=${question}`));
  const postTimed = async (path: string) => {
    const before = running.cpuMs();
    const value = await running.post(path);
    return { value, cpuMs: running.cpuMs() - before };
  };
  return {
    fill: async (engines, from, count) => {
      const path = `/fill?engine=${engines.join()}&from=${from}&count=${count}`;
      return z.record(z.string(), z.number()).parse(await running.post(path));
    },
    ask: async (engine, question, counting) => {
      const path = `/ask?engine=${engine}&question=${question}&terms=${counting}`;
      const { value, cpuMs } = await postTimed(path);
      const timed = Timed.parse(value);
      return { ...timed, cpuMs: cpuMs / timed.rounds };
    },
    start,
    postTimed,
    post: (path) => running.post(path),
    measureMemory: async (engine) => {
      await running.dispose();
      running = await startProcess(folder, bundle);
      const before = running.residentBytes();
      await start(engine, 0);
      return (running.residentBytes() - before) / 1e6;
    },
    dispose: async () => {
      await running.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(folder: string, bundle: Awaited<ReturnType<typeof bundleWithWasm>>) {
  const others = new Set(listChildren());
  const worker = await startBenchWorker(bundle, folder, {
    SHARDS: "BenchShard",
    ORACLES: "OracleShard",
    PAUSES: "PauseShard",
  });
  let workerd: readonly string[] = [];
  const read = (file: string) => {
    // On a busy machine, a process has the name of its parent for a while.
    if (workerd.length === 0) workerd = listChildren().filter((id) => !others.has(id));
    for (const id of workerd) {
      try {
        return readFileSync(`/proc/${id}/${file}`, "utf8");
      } catch {
        // A process that has ended since.
      }
    }
    return "";
  };
  return {
    ...worker,
    cpuMs: () => Number(read("schedstat").split(" ", 1)[0]) / 1e6,
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(read("status"))?.[1] ?? 0) * 1_024,
  };
}

/** Lists the workerd processes that this one has started; none where there is no `/proc`. */
function listChildren(): string[] {
  try {
    return readdirSync("/proc").filter((id) => {
      if (!/^\d+$/.test(id)) return false;
      const stat = readFileSync(`/proc/${id}/stat`, "utf8");
      const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
      return stat.includes("(workerd)") && parent === String(process.pid);
    });
  } catch {
    return [];
  }
}
