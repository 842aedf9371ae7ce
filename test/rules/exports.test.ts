import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const EXPORT = /^export (?:abstract )?(?:async )?(const|type|interface|class|function\*?) (\w+)/;

type Export = {
  readonly kind: string;
  readonly name: string;
  readonly place: string;
  readonly above: string;
};

/** Lists the declarations that are exported where they are written. */
function listExports(): Export[] {
  return globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT }).flatMap((path) => {
    const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
    return lines.flatMap((line, index) => {
      const [, kind, name] = EXPORT.exec(line) ?? [];
      if (!kind || !name) return [];
      return [{ kind, name, place: `${path}:${index + 1}`, above: lines[index - 1] ?? "" }];
    });
  });
}

describe("an exported name", () => {
  const exported = listExports();

  it("is found", () => expect(exported.length).toBeGreaterThan(500));

  it("means one thing", () => {
    const files = Map.groupBy(exported, ({ name }) => name);
    const twice = [...files].flatMap(([name, places]) =>
      new Set(places.map(({ place }) => place.split(":")[0])).size > 1
        ? [`${name}: ${places.map(({ place }) => place).join(", ")}`]
        : [],
    );
    expect(twice, "Rename one of them: a reader takes them for the same.").toEqual([]);
  });

  it("has a docstring", () => {
    // The type of a schema shares the docstring and the name of the schema.
    const schemas = new Set(exported.flatMap((one) => (one.kind === "const" ? [one.name] : [])));
    const bare = exported.filter(
      ({ above, kind, name }) => !above.endsWith("*/") && !(kind === "type" && schemas.has(name)),
    );
    const places = bare.map(({ name, place }) => `${name} (${place})`);
    expect(places, "Say what it is for: shapes, units, errors.").toEqual([]);
  });
});
