import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The compiled kernel, which is committed, since the service is built without a compiler for it. */
export const KERNEL_FILE = fileURLToPath(
  new URL("../../src/retrieval/dense/kernel/kernel.wasm", import.meta.url).href,
);

/** Reads and compiles the kernel of the dense scans, as the platform does when a Worker imports it. */
export function readKernel(): WebAssembly.Module {
  // The types of Workers have no constructor, since a Worker may not compile.
  const kernel: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [
    readFileSync(KERNEL_FILE),
  ]);
  return kernel;
}
