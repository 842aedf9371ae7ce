import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import { bundleWorker } from "../../scripts/bundle/bundle-worker.ts";
import { startEffectServer } from "../../scripts/effects/effect-server.ts";

/**
 * The engines that the benchmark compares: the kernel with an object for each run, the kernel with one object for all
 * runs, and Cloudflare Workflows.
 */
export const ENGINES = ["kernel", "kernel-shared", "workflows"] as const;
/** One of the engines that the benchmark compares. */
export type Engine = (typeof ENGINES)[number];

/** A running workerd process with all engines. */
export type Runtime = {
  /** Starts a run of the workflow `CASES[caseIndex]` and waits for its end. */
  run(engine: Engine, caseIndex: number): Promise<void>;
  /** Returns the number of effects that the effect server has counted. */
  effectsCaused(): number;
  dispose(): Promise<void>;
};

/** Starts a workerd process with all engines, which use the same disk and the same effect server. */
export async function startRuntime(): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-workflow-"));
  const world = await startEffectServer();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "bench",
      modules: [
        {
          type: "ESModule",
          path: "main.js",
          contents: await bundleWorker("bench/workflow/worker/main.ts"),
        },
      ],
      compatibilityDate: unstable_readConfig({ config: "wrangler.toml" }).compatibility_date,
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      bindings: { EFFECTS_URL: world.url },
      durableObjects: {
        RUNS: { className: "RunObject", useSQLite: true },
        ENDS: { className: "EndsObject", useSQLite: true },
      },
      workflows: { WORKFLOW: { name: "bench", className: "BenchWorkflow" } },
    }),
  );
  const url = await miniflare.ready;
  return {
    run: async (engine, caseIndex) => {
      const id = crypto.randomUUID();
      const response = await fetch(new URL(`/${engine}/${caseIndex}/${id}`, url), {
        method: "POST",
      });
      const status = await response.text();
      if (status !== "completed") throw new Error(`A run of ${engine} ended with: ${status}`);
    },
    effectsCaused: () => world.effects().length,
    dispose: async () => {
      await miniflare.dispose();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
