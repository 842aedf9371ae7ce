import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { it } from "vitest";

import { PROBLEMS } from "../../../src/http/problem.ts";

const PAGE = fileURLToPath(new URL("../../../docs/errors.md", import.meta.url).href);

it("documents every error code with its status and advice", ({ expect }) => {
  const rows = readFileSync(PAGE, "utf8").matchAll(/^\| `(\w+)` \| (\d+) \| .{10,} \|$/gm);
  const documented = Object.fromEntries(
    Array.from(rows, ([, code, status]) => [code, Number(status)]),
  );
  const known = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);

  expect(
    documented,
    "Each code in src/refusal.ts has a row in docs/errors.md: | `code` | status | what the caller does |",
  ).toEqual(Object.fromEntries(known));
});
