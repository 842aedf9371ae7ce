import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { bundleWithWasm } from "../../scripts/bundle/bundle-worker.ts";
import { startBenchWorker } from "../bench-worker.ts";

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
  const bundle = await bundleWithWasm("bench/search/worker/vectors.ts");
  const classes = { VECTORS: "VectorsObject" };
  const worker = await startBenchWorker(bundle, folder, classes);
  return {
    write: async (rows, dimensions) =>
      z.number().parse(await worker.post(`/write?dimensions=${dimensions}`, new Uint8Array(rows))),
    start: async (tier) => Started.parse(await worker.post(`/start?tier=${tier}`)),
    ask: async (tier, vector, repeat) => {
      const body = new Uint8Array(vector.slice().buffer);
      return Answered.parse(await worker.post(`/ask?tier=${tier}&repeat=${repeat}`, body));
    },
    dispose: async () => {
      await worker.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
