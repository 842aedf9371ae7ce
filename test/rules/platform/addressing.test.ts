import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const ADDRESSES = /\b(?:getByName|idFromName|idFromString|newUniqueId|proxyDurable)\b/;

describe("an object of the service", () => {
  it("is addressed in two files alone, which know the jurisdiction", ({ expect }) => {
    const files = globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT });
    const addressing = files.filter((file) =>
      ADDRESSES.test(readFileSync(join(ROOT, file), "utf8")),
    );

    expect(
      addressing.toSorted(),
      "Address objects with the functions of src/platform/objects.ts, which keep them inside the jurisdiction of their project",
    ).toEqual(["src/platform/models/circuit-breakers.ts", "src/platform/objects.ts"]);
  });
});
