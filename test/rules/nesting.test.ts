import fc from "fast-check";
import { describe, it } from "vitest";

import { findTooDeep, isNestedDeeper } from "../../src/bounds.ts";

/** Returns the depth of the arrays and objects of a parsed value. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Values whose texts have the characters of JSON's own syntax. */
const syntax = fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", "a") });
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, syntax, fc.integer(), tie("list"), tie("members")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  members: fc.dictionary(syntax, tie("value"), { maxKeys: 4 }),
}));

describe("the nesting of a JSON text", () => {
  it("is that of its value, whatever its strings hold", ({ expect }) => {
    fc.assert(
      fc.property(value, (one) => {
        const json = JSON.stringify(one);
        const depth = depthOf(one);
        expect(isNestedDeeper(json, depth)).toBe(false);
        if (depth > 0) expect(isNestedDeeper(json, depth - 1)).toBe(true);
      }),
    );
  });

  it("is found in the member of the outermost object", ({ expect }) => {
    expect(findTooDeep(String.raw`{"a\\": 1, "b\"[": [[1]]}`, 2)).toBe(String.raw`b\"[`);
    expect(findTooDeep(String.raw`{"a": "[[[[", "b": "\\\"[[["}`, 1)).toBeNull();
  });

  it("is read to the end of a text whose last string does not end", ({ expect }) => {
    expect(findTooDeep(String.raw`["a\"[[[[`, 1)).toBeNull();
    expect(findTooDeep(`["${"\\".repeat(1_000_001)}[[`, 1)).toBeNull();
  });
});
