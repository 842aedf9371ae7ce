import { fileURLToPath } from "node:url";

import { build, type Plugin } from "esbuild";

/**
 * Bundles a Worker with esbuild into one module, for benchmarks and fuzzers that run workerd without wrangler. `entry`
 * is a path from the root of the project. Returns the code.
 */
export async function bundleWorker(
  entry: string,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    // As in wrangler: migrations are text.
    loader: { ".sql": "text" },
    logLevel: "error",
    plugins: [...plugins],
  });
  const [module] = outputFiles;
  if (!module) throw new Error(`The bundle of ${entry} is empty.`);
  return module.text;
}
