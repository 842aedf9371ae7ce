import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../src/retrieval/dense/kernel/", import.meta.url));
const COMPILER = fileURLToPath(import.meta.resolve("assemblyscript/bin/asc.js"));
const FLAGS = "--runtime stub --noAssert --enable simd --enable relaxed-simd -O3 --converge";

/**
 * Compiles the SIMD kernel of the dense scans, byte for byte the same with the same compiler. If the source has errors,
 * the compiler prints them and this throws.
 */
export function compileKernel(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-kernel-"));
  try {
    const binary = join(folder, "kernel.wasm");
    const source = ["kernel.as.ts", "--baseDir", FOLDER, "--outFile", binary];
    execFileSync(process.execPath, [COMPILER, ...source, ...FLAGS.split(" ")]);
    return readFileSync(binary);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
