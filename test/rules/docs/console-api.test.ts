import { readFileSync } from "node:fs";
import { join } from "node:path";

import { it } from "vitest";

import { renderApiTypes } from "../../../scripts/docs/api-types.ts";

const FILE = join(import.meta.dirname, "../../../console/api/operations.ts");

it("console/api/operations.ts has the types of the routes' schemas", ({ expect }) => {
  const isFresh = readFileSync(FILE, "utf8") === renderApiTypes();
  expect(isFresh, "run npm run docs:types").toBe(true);
});
