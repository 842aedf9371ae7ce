import { globSync } from "node:fs";

import { expect, it } from "vitest";

import { LONGEST } from "../../reporting/longest-files.ts";

const FILES = globSync("test/{process,rules,worker}/**/*.test.ts");

it.each(LONGEST)("names one file of the tests: %s", (path) => {
  expect(FILES.filter((file) => file.replaceAll("\\", "/").endsWith(path))).toHaveLength(1);
});
