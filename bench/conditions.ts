import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

import { z } from "zod";

/**
 * Formats the line that precedes benchmark figures: the machine, the version of Node, the versions of `packages`, and
 * `remark`.
 */
export function conditions(packages: readonly string[], remark: string): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const node = `Node ${process.version.slice(1)}`;
  const versions = [node, ...packages.map((name) => `${name} ${readVersion(name)}`)].join(", ");
  return `${availableParallelism()} cores (${model}), ${versions}; ${remark}`;
}

function readVersion(name: string): string {
  const path = `node_modules/${name}/package.json`;
  if (!existsSync(path)) return "?";
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
