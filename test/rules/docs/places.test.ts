import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";

import { PAGES } from "./pages.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Lists the bindings of both editions that are no text, by the types that wrangler generates. */
function listBindings(): string[] {
  const types = readFileSync(join(ROOT, "worker-configuration.d.ts"), "utf8");
  const [, all = ""] = /interface __BaseEnv_Env \{([^}]*)\}/.exec(types) ?? [];
  return Array.from(all.matchAll(/^\s*(\w+)\??: (?!"|string)/gm), ([, name = ""]) => name);
}

const page = PAGES.find(({ path }) => path === "docs/operations.md")?.text ?? "";
const section = page.split(/^## /m).find((part) => part.startsWith("Regions and jurisdictions"));

describe("docs/operations.md, Regions and jurisdictions", () => {
  it("says of each binding where its data lies", ({ expect }) => {
    const bindings = listBindings();
    const rows = (section ?? "").split("\n").filter((line) => line.startsWith("| "));
    const without = bindings.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)));

    expect(bindings).toContain("FILES");
    expect(
      without.filter((name) => name !== "AI"),
      "Add a row for each to the table, and keep what it stores inside the jurisdiction: scripts/deploy/deploy-target.ts",
    ).toEqual([]);
    expect(section).toContain("Workers AI");
  });
});
