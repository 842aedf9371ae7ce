import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalJson } from "../../../src/canonical-json.ts";
import { compileWorkflow } from "../../../src/workflow/compile/compile-workflow.ts";
import type { WorkflowBody } from "../../../src/workflow/compile/workflow-body.ts";
import { contentHash } from "../../../src/workflow/content-hash.ts";

const computeHash = (body: WorkflowBody, name = "test") => {
  const compiled = compileWorkflow(name, body, { "http@1": {} });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return contentHash(compiled.value);
};

const BODY: WorkflowBody = {
  steps: {
    a: { use: "http@1", with: { x: 1, y: [2, { z: "${input.z}" }] } },
    b: { use: "http@1", needs: ["a"] },
  },
  output: { b: "${steps.b.output}" },
};

describe("contentHash", () => {
  it("is the SHA-256 of the graph", async () => {
    expect(await computeHash(BODY)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is the same under another name, in another order and with explicit defaults", async () => {
    const same: WorkflowBody = {
      output: { b: "${steps.b.output}" },
      steps: {
        b: {
          lane: "default",
          needs: ["a"],
          on_exhausted: "fail",
          trigger: "all_success",
          use: "http@1",
          fallback: [],
        },
        a: {
          needs: [],
          with: { y: [2, { z: "${input.z}" }], x: 1 },
          retry: { cap: "5m", base: "1000ms", attempts: 8 },
          timeout: { attempt: "15m", total: "24h" },
          use: "http@1",
        },
      },
    };
    expect(await computeHash(same, "other")).toBe(await computeHash(BODY));
  });

  it.each<[string, WorkflowBody]>([
    ["a value", { ...BODY, steps: { ...BODY.steps, a: { use: "http@1", with: { x: 2 } } } }],
    ["the order of a list", { ...BODY, output: { b: ["${steps.b.output}", 1] } }],
    ["no output", { steps: BODY.steps }],
    ["a need", { ...BODY, steps: { ...BODY.steps, b: { use: "http@1" } } }],
  ])("differs for %s", async (_what, body) => {
    expect(await computeHash(body)).not.toBe(await computeHash(BODY));
  });

  it("does not depend on the order of members", () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== "object" || value === null) return value;
      const members = Object.entries(value).toReversed();
      return Object.fromEntries(members.map(([name, member]) => [name, shuffled(member)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
