import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const LINES_MAX = 250;

const classes = globSync("durable-objects/*.ts", { cwd: ROOT })
  .toSorted()
  .flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return Array.from(
      text.matchAll(
        /^export (?:abstract )?class (\w+)\s+extends (?:DurableObject|createDurable)[^]*?^}$/gm,
      ),
      (found) => ({
        name: found[1] ?? "",
        lines: found[0].split("\n").length,
      }),
    );
  });

describe("the classes of Durable Objects", () => {
  it("are found", ({ expect }) => {
    expect(classes.length).toBeGreaterThanOrEqual(9);
  });

  it.for(classes)(
    "$name is thin: move what is no call of it to its folder",
    ({ lines }, { expect }) => {
      expect(lines).toBeLessThanOrEqual(LINES_MAX);
    },
  );
});
