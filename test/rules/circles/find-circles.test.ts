import { describe, it } from "vitest";

import { findCircles } from "../../../scripts/circles/find-circles.ts";
import { readImports } from "../../../scripts/circles/read-imports.ts";

/** Circles of a tree of files, as paths of places. */
function circlesIn(files: Readonly<Record<string, string>>): string[] {
  const imports = Object.entries(files).flatMap(([path, text]) => readImports(path, text));
  return findCircles(imports).map(
    ({ kind, steps }) => `${kind}: ${steps.map(({ place }) => place).join(" → ")}`,
  );
}

describe("readImports", () => {
  it("reads every kind of relative import with its names", ({ expect }) => {
    const text = `import { Hono } from "hono";
import type { One, Two as Other } from "../ids.ts";
import {
  three,
  type Four,
} from "./kernel/four.ts";
import "./five.ts";
export { six } from "./six.ts";
export type * from "./seven.ts";
type Eight = import("./eight.ts").Eight;
const text = 'from "./nine.ts"';
`;
    const read = readImports("src/http/app.ts", text).map(({ to, names }) => [to, ...names]);

    expect(read).toEqual([
      ["src/ids.ts", "type One", "type Two"],
      ["src/http/kernel/four.ts", "three", "type Four"],
      ["src/http/six.ts", "six"],
      ["src/http/seven.ts", "type *"],
      ["src/http/five.ts"],
      ["src/http/eight.ts", "Eight"],
    ]);
  });
});

describe("findCircles", () => {
  it("finds nothing where all arrows point one way", ({ expect }) => {
    const circles = circlesIn({
      "src/index.ts": `export { A } from "../durable-objects/a.ts";\nimport "./http/app.ts";`,
      "src/http/app.ts": `import type { Ask } from "../answer/ask.ts";`,
      "src/answer/ask.ts": `import { id } from "../ids.ts";`,
      "durable-objects/a.ts": `import type { Ask } from "../src/answer/ask.ts";`,
    });

    expect(circles).toEqual([]);
  });

  it("finds files that import each other's types", ({ expect }) => {
    const circles = circlesIn({
      "src/http/stores.ts": `import type { Deps } from "./files.ts";`,
      "src/http/files.ts": `import { storeId } from "./ids.ts";`,
      "src/http/ids.ts": `export type { Id } from "./stores.ts";`,
    });

    expect(circles).toEqual(["files: src/http/files.ts → src/http/ids.ts → src/http/stores.ts"]);
  });

  it("finds folders that import each other through files that do not", ({ expect }) => {
    const circles = circlesIn({
      "src/platform/stubs.ts": `import type { Store } from "../../durable-objects/store.ts";`,
      "durable-objects/store.ts": `import { log } from "../src/platform/logger.ts";`,
      "src/kernel/rules/step.ts": `import { row } from "../rows/row.ts";`,
      "src/kernel/rows/table.ts": `import type { Step } from "../rules/run.ts";`,
    });

    expect(circles).toEqual([
      "folders: durable-objects → platform",
      "folders: kernel/rows → kernel/rules",
    ]);
  });

  it("finds a folder and a file beside it that import each other", ({ expect }) => {
    const circles = circlesIn({
      "src/answer/prompt.ts": `import { number } from "./citing/numbers.ts";`,
      "src/answer/citing/text.ts": `import { MARK } from "../prompt.ts";`,
    });

    expect(circles).toEqual(["folders: answer/citing → answer/prompt.ts"]);
  });

  it("names the import that makes each step", ({ expect }) => {
    const imports = [
      ...readImports("src/a/one.ts", `import type { Two } from "../b/two.ts";`),
      ...readImports("src/b/three.ts", `import { four } from "../a/four.ts";`),
    ];
    const [circle] = findCircles(imports);

    expect(circle?.steps.map(({ by }) => `${by.from} ${by.names.join()} ${by.to}`)).toEqual([
      "src/a/one.ts type Two src/b/two.ts",
      "src/b/three.ts four src/a/four.ts",
    ]);
  });
});
