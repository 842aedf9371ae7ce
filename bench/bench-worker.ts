import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import type { bundleWithWasm } from "../scripts/bundle/bundle-worker.ts";

/** A workerd process with a Worker of a benchmark. */
export type BenchWorker = {
  /** Sends a POST request. Returns the JSON of the answer; throws if that is an error. */
  post(path: string, body?: Uint8Array<ArrayBuffer>): Promise<unknown>;
  dispose(): Promise<void>;
};

/**
 * Starts workerd with a bundled Worker, whose objects are of the classes `classes`, by binding, and keep their state in
 * `folder`.
 */
export async function startBenchWorker(
  { code, wasm }: Awaited<ReturnType<typeof bundleWithWasm>>,
  folder: string,
  classes: Readonly<Record<string, string>>,
): Promise<BenchWorker> {
  const objects = Object.entries(classes).map(([binding, className]) => [
    binding,
    { className, useSQLite: true },
  ]);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "bench",
      modules: [{ type: "ESModule", path: "main.js", contents: code }, ...wasm],
      compatibilityDate: unstable_readConfig({ config: "wrangler.toml" }).compatibility_date,
      compatibilityFlags: ["nodejs_compat"],
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      durableObjects: Object.fromEntries(objects),
    }),
  );
  const url = await miniflare.ready;
  return {
    post: async (path, body) => {
      // workerd closes a connection that is not used while data are drawn, so each call has its own.
      const headers = { connection: "close" };
      const response = await fetch(new URL(path, url), {
        method: "POST",
        headers,
        body: body ?? null,
      });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return response.json();
    },
    dispose: () => miniflare.dispose(),
  };
}
