import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";

import { bundleWithWasm } from "../../scripts/bundle/bundle-worker.ts";

const Started = z.object({
  ms: z.number(),
  bytes: z.number(),
});
const Answered = z.object({
  ms: z.number(),
  rowsRead: z.number(),
  hits: z.array(z.object({ position: z.number(), score: z.number() })),
});

/** The answer to a question: see the benchmark's Worker. */
export type Answered = z.infer<typeof Answered>;

/** A workerd process with one object that stores vectors. */
export type VectorsRuntime = {
  write(rows: Int8Array, dimensions: number): Promise<number>;
  start(tier: string): Promise<z.infer<typeof Started>>;
  ask(tier: string, vector: Float32Array, repeat: number): Promise<Answered>;
  dispose(): Promise<void>;
};

/** Starts workerd with an empty object. */
export async function startVectors(): Promise<VectorsRuntime> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-search-"));
  const { code, wasm } = await bundleWithWasm("bench/search/worker/vectors.ts");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "bench",
      modules: [{ type: "ESModule", path: "main.js", contents: code }, ...wasm],
      compatibilityDate: unstable_readConfig({ config: "wrangler.toml" }).compatibility_date,
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      durableObjects: { VECTORS: { className: "VectorsObject", useSQLite: true } },
    }),
  );
  const url = await miniflare.ready;
  const post = async (path: string, body?: Uint8Array<ArrayBuffer>): Promise<unknown> => {
    // workerd closes a connection that is not used while vectors are drawn, so each call has its own.
    const headers = { connection: "close" };
    const request = { method: "POST", headers, body: body ?? null };
    const response = await fetch(new URL(path, url), request);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    write: async (rows, dimensions) =>
      z.number().parse(await post(`/write?dimensions=${dimensions}`, new Uint8Array(rows))),
    start: async (tier) => Started.parse(await post(`/start?tier=${tier}`)),
    ask: async (tier, vector, repeat) => {
      const body = new Uint8Array(vector.slice().buffer);
      return Answered.parse(await post(`/ask?tier=${tier}&repeat=${repeat}`, body));
    },
    dispose: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
