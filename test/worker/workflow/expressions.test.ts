import { describe, it } from "vitest";

import { celExpressions } from "../../../src/workflow/language/expressions.ts";

const SCOPE = {
  input: { n: 1, mail: "ada@example.com", list: Array.from({ length: 1_000 }, (_, at) => at) },
  run: { id: "run_1", createdAt: 0 },
  steps: {},
};

describe("expressions in workerd, where code cannot be made from text", () => {
  it("are evaluated", ({ expect }) => {
    expect(celExpressions.evaluate("input.n + 1 == 2 && has(input.mail)", SCOPE)).toBe(true);
    expect(celExpressions.evaluate("input.mail.matches('^[a-z]+@[a-z.]+$')", SCOPE)).toBe(true);
    expect(celExpressions.evaluate("bytes(input.mail).base64()", SCOPE)).toBe(
      "YWRhQGV4YW1wbGUuY29t",
    );
  });

  it("are stopped when they take too long", ({ expect }) => {
    const loop = "input.list.all(a, input.list.all(b, a + b >= 0)) || true";

    expect(() => celExpressions.evaluate(loop, SCOPE)).toThrow("takes too long");
  });
});
