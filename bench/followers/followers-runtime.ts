import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";

import { bundleWithWasm } from "../../scripts/bundle/bundle-worker.ts";

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
  const { code, wasm } = await bundleWithWasm("bench/followers/worker/main.ts");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "bench",
      modules: [{ type: "ESModule", path: "main.js", contents: code }, ...wasm],
      compatibilityDate: unstable_readConfig({ config: "wrangler.toml" }).compatibility_date,
      compatibilityFlags: ["nodejs_compat"],
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      durableObjects: {
        SEARCH_SHARDS: { className: "SearchShardObject", useSQLite: true },
        VECTOR_STORES: { className: "StoreObject", useSQLite: true },
      },
    }),
  );
  const url = await miniflare.ready;
  const post = async (path: string): Promise<unknown> => {
    const response = await fetch(new URL(path, url), { method: "POST" });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    fill: async (from, count) => void (await post(`/fill?from=${from}&count=${count}`)),
    follow: async () => z.number().parse(await post("/follow")),
    ask: async (question, followers) =>
      z.array(z.string()).parse(await post(`/ask?question=${question}&followers=${followers}`)),
    counts: async () => Counts.parse(await post("/counts")),
    dispose: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
