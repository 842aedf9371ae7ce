import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

import { z } from "zod";

/**
 * Formats the line that precedes benchmark figures: the machine, the version of Node, and the versions of `packages`.
 */
export function conditions(packages: readonly string[], remark: string): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const versions = packages.map((name) => `${name} ${readVersion(name)}`).join(", ");
  return `${availableParallelism()} cores (${model}), Node ${process.version.slice(1)}, ${versions}; ${remark}`;
}

function readVersion(name: string): string {
  const path = `node_modules/${name}/package.json`;
  if (!existsSync(path)) return "?";
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
