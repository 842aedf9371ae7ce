import { describe, it } from "vitest";

import { DECLARATIONS } from "../../../../src/http/api.ts";
import { listProperties } from "../../../../src/http/request/request-properties.ts";
import { check } from "../../../../src/http/request/request.ts";

/** The greatest limits of OpenAI's lists that are not 100, and the limits of requests without one. */
const OF_FILES = { max: 10_000, absent: 10_000 };
const OF_OTHERS = { max: 100, absent: 20 };

const LISTS = DECLARATIONS.flatMap(({ method, path, query, ours }) => {
  const hasLimit = query && listProperties(query).some((property) => property.path === "limit");
  return method === "GET" && hasLimit && !ours ? [{ path, query }] : [];
});

describe("the limit of a list", () => {
  it("has the bounds and the default of OpenAI's", ({ expect }) => {
    expect(LISTS.length).toBeGreaterThanOrEqual(8);
    for (const { path, query } of LISTS) {
      const { max, absent } = path === "/v1/files" ? OF_FILES : OF_OTHERS;
      const read = (limit?: number) =>
        check(query, limit === undefined ? {} : { limit: String(limit) });
      expect({ path, ...read() }).toMatchObject({ path, value: { limit: absent } });
      for (const limit of [1, max]) {
        expect({ path, ...read(limit) }).toMatchObject({ path, value: { limit } });
      }
      for (const limit of [0, -1, max + 1, 1.5]) {
        const refused = { path, limit, ok: false, error: { param: "limit" } };
        expect({ path, limit, ...read(limit) }).toMatchObject(refused);
      }
    }
  });
});
