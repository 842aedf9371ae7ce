import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { compileKernel } from "../../scripts/kernel/compile-kernel.ts";
import { KERNEL_FILE } from "../../scripts/kernel/read-kernel.ts";

it("commits the kernel that its source compiles to: run `npm run build:kernel` after a change", () => {
  const compiled = Buffer.from(compileKernel());
  expect(compiled.equals(readFileSync(KERNEL_FILE))).toBe(true);
});
