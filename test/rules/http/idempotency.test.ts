import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, it } from "vitest";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { describeApi } from "../../../src/http/route/describe-api.ts";

const PAGE = readFileSync(
  fileURLToPath(new URL("../../../docs/idempotency.md", import.meta.url).href),
  "utf8",
);
const [, KEYED = "", OTHERS = ""] = PAGE.split(/^## /m);

const name = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const posts = DECLARATIONS.filter(({ method }) => method === "POST");
const isKeyed = ({ idempotency }: (typeof posts)[number]) => idempotency === "by key";

describe("the declarations of routes", () => {
  it("say of every POST whether a key makes it idempotent, or why none is needed", ({ expect }) => {
    expect(
      posts.filter(({ idempotency }) => idempotency === undefined).map(name),
      'Declare `idempotency` of each: "by key" if it creates something (take `key` in the handler), else the reason.',
    ).toEqual([]);
    expect(
      DECLARATIONS.filter(
        ({ method, idempotency }) => method !== "POST" && idempotency !== undefined,
      ),
    ).toEqual([]);
    expect(posts.filter(isKeyed).length).toBeGreaterThan(10);
  });

  it("have the header in the API description", ({ expect }) => {
    const { paths } = describeApi(DECLARATIONS);
    const text = JSON.stringify(paths);
    expect(text.split('"Idempotency-Key","in":"header"')).toHaveLength(
      posts.filter(isKeyed).length + 1,
    );
  });
});

describe("docs/idempotency.md", () => {
  it("says of each endpoint what a key creates once", ({ expect }) => {
    const rows = Array.from(KEYED.matchAll(/^\| `(POST [^`]+)` \|/gm), ([, row = ""]) => row);
    expect(rows.toSorted()).toEqual(posts.filter(isKeyed).map(name).toSorted());
  });

  it("gives the declared reason of each endpoint without a key", ({ expect }) => {
    const reasons = posts.flatMap((route) =>
      typeof route.idempotency === "object"
        ? [`| \`${name(route)}\` | ${route.idempotency.withoutKey} |`]
        : [],
    );
    const rows = OTHERS.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.toSorted()).toEqual(reasons.toSorted());
  });
});
