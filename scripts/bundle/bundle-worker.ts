import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, type Plugin } from "esbuild";

/** A WebAssembly module that a bundle imports, as Miniflare takes it. */
export type WasmModule = {
  readonly type: "CompiledWasm";
  readonly path: string;
  readonly contents: Uint8Array<ArrayBuffer>;
};

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

/**
 * Bundles a Worker that imports WebAssembly, which workerd takes as modules of their own. Returns the code, and the
 * modules that are to be beside it.
 */
export async function bundleWithWasm(
  entry: string,
  plugins: readonly Plugin[] = [],
): Promise<{ readonly code: string; readonly wasm: readonly WasmModule[] }> {
  const wasm = new Map<string, WasmModule>();
  const apart: Plugin = {
    name: "wasm-apart",
    setup: (builder) =>
      builder.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const contents = new Uint8Array(readFileSync(join(resolveDir, path)));
        const name = basename(path);
        wasm.set(name, { type: "CompiledWasm", path: name, contents });
        return { path: `./${name}`, external: true };
      }),
  };
  const code = await bundleWorker(entry, [...plugins, apart]);
  return { code, wasm: [...wasm.values()] };
}
