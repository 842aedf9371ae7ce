import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { bundleWithWasm } from "../../scripts/bundle/bundle-worker.ts";
import { startBenchWorker } from "../bench-worker.ts";

const Counts = z.object({ asked: z.number(), byFollowers: z.number(), other: z.number() });

/** A workerd process with a search shard and three followers: see the benchmark's Worker. */
export type FollowersRuntime = {
  fill(from: number, count: number): Promise<void>;
  /** Makes the followers. Returns the milliseconds until all of them answer. */
  follow(): Promise<number>;
  /** Asks a question of the shard alone, or of it and its followers. Returns the chunks found, with their scores. */
  ask(question: number, followers: number): Promise<readonly string[]>;
  /** Counts the answers so far, those of followers, and the followers that were left. */
  counts(): Promise<z.infer<typeof Counts>>;
  dispose(): Promise<void>;
};

/** Starts workerd with empty objects. */
export async function startFollowers(): Promise<FollowersRuntime> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-followers-"));
  const bundle = await bundleWithWasm("bench/followers/worker/main.ts");
  const worker = await startBenchWorker(bundle, folder, {
    SEARCH_SHARDS: "SearchShardObject",
    VECTOR_STORES: "StoreObject",
  });
  return {
    fill: async (from, count) => void (await worker.post(`/fill?from=${from}&count=${count}`)),
    follow: async () => z.number().parse(await worker.post("/follow")),
    ask: async (question, followers) =>
      z
        .array(z.string())
        .parse(await worker.post(`/ask?question=${question}&followers=${followers}`)),
    counts: async () => Counts.parse(await worker.post("/counts")),
    dispose: async () => {
      await worker.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
