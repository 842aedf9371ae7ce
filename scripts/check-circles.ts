/**
 * Fails when files or folders import each other in a circle, also by types only. oxlint's `import/no-cycle` ignores
 * `import type`.
 */
import { globSync, readFileSync } from "node:fs";

import { type Circle, findCircles } from "./circles/find-circles.ts";
import { readImports } from "./circles/read-imports.ts";

const ADVICE = {
  files:
    "Move the shared code into its own file, or into the file that needs nothing of the other.",
  folders:
    "Arrows between folders point one way (.oxlintrc.json). Move the imported code into the lower folder, or let the lower folder declare the interface that it needs.",
};

const files = globSync("{src,durable-objects}/**/*.ts").map((path) => path.replaceAll("\\", "/"));
const circles = findCircles(
  files.toSorted().flatMap((path) => readImports(path, readFileSync(path, "utf8"))),
);
for (const circle of circles) console.error(describe(circle));
console.log(
  circles.length === 0
    ? `No circles among ${files.length} files.`
    : `${circles.length} circles of imports.`,
);
process.exitCode = circles.length === 0 ? 0 : 1;

function describe({ kind, steps }: Circle): string {
  const path = [...steps, ...steps.slice(0, 1)].map(({ place }) => place).join(" → ");
  const imports = steps.map(({ by: { from, to, names } }) => {
    const what = names.length === 0 ? "it" : names.join(", ");
    return `  ${from} imports ${what} from ${to}`;
  });
  return [`A circle of ${kind}: ${path}`, ...imports, `  ${ADVICE[kind]}`, ""].join("\n");
}
