/** `npm run build:kernel`: compiles the SIMD kernel of the dense scans to src/retrieval/dense/kernel/kernel.wasm. */
import { writeFileSync } from "node:fs";

import { compileKernel } from "./kernel/compile-kernel.ts";
import { KERNEL_FILE } from "./kernel/read-kernel.ts";
import { readCommandLine } from "./local/command-line.ts";
import { BUILD_KERNEL } from "./local/test-commands.ts";

readCommandLine(BUILD_KERNEL, () => null);
writeFileSync(KERNEL_FILE, compileKernel());
