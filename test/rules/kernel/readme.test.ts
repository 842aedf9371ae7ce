import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../../../src/kernel");
const README = readFileSync(join(FOLDER, "README.md"), "utf8");

const files = globSync("**/*.ts", { cwd: FOLDER }).map((file) => file.replaceAll("\\", "/"));
const named = new Set(
  [...README.matchAll(/`((?:rules|rows|ledger|engine)\/[^`]+\.ts)`/g)].map(([, file = ""]) => file),
);

/** Returns the text under a heading, up to the next one. */
function section(heading: string): string {
  const [, text = ""] = README.split(`\n## ${heading}\n`);
  return text.split("\n## ")[0] ?? "";
}

describe("the kernel's README", () => {
  it("names files that exist", () => {
    expect([...named].filter((file) => !existsSync(join(FOLDER, file)))).toEqual([]);
  });

  it("names every file: add a new file and its purpose to the table of files", () => {
    expect(files.filter((file) => !named.has(file))).toEqual([]);
  });

  it("names classes and methods that exist: rename them there too", () => {
    const sources = files.map((file) => readFileSync(join(FOLDER, file), "utf8"));
    const members = [...README.matchAll(/`([A-Z]\w+)\.(#?\w+)`/g)];
    const missing = members.filter(([, owner = "", member = ""]) => {
      const source = sources.find((text) => text.includes(`class ${owner} `));
      return source?.includes(` ${member}(`) !== true && source?.includes(` ${member}<`) !== true;
    });
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it("explains at most twelve nouns: a new one replaces another", () => {
    const rows = section("Twelve nouns").match(/^\| \w+ \|/gm) ?? [];
    expect(rows.slice(1).length).toBeLessThanOrEqual(12);
  });
});

/** Folders from the bottom to the top. Each imports from itself and from those before it. */
const LAYERS = ["rules", "rows", "ledger", "engine"];
/**
 * The only imports from elsewhere: results, races, bounds, short quotes, errors for clients, the declaration of columns
 * and the kernel's migrations.
 */
const OUTSIDE =
  /^(zod$|(\.\.\/)+((result|columns|abort|bounds|shorten|public-error)\.ts$|migrations\/kernel\/))/;

describe("imports of the kernel", () => {
  it.each(files)("%s points down", (file) => {
    const [layer = ""] = file.split("/");
    const text = readFileSync(join(FOLDER, file), "utf8");
    const imports = [...text.matchAll(/^(?:import|\}) .*?"([^"]+)";$/gm)].map(
      ([, from = ""]) => from,
    );
    const isAllowed = (from: string) => {
      if (OUTSIDE.test(from)) return true;
      const [target = ""] = join(file, "..", from).replaceAll("\\", "/").split("/");
      return LAYERS.includes(target) && LAYERS.indexOf(target) <= LAYERS.indexOf(layer);
    };
    expect(imports.filter((from) => !isAllowed(from))).toEqual([]);
  });
});
