import { describe, expect, it } from "vitest";

import { readWorkflowBody } from "../../../../src/workflow/compile/workflow-body.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const listProblems = (json: unknown) => {
  const read = readWorkflowBody(json);
  return read.ok ? [] : read.error.map((p) => `${p.path} ${p.code}: ${p.message}`);
};
const step = (members: object) => ({ steps: { a: { use: "http@1", ...members } } });

describe("readWorkflowBody", () => {
  it("reads every member", () => {
    const json = {
      steps: {
        a: {
          use: "http@1",
          needs: ["b"],
          trigger: "none_failed",
          when: "true",
          with: { deep: [{ a: "${input.x}" }] },
          map: { over: "input.list", concurrency: 100 },
          retry: { attempts: 100, base: "1s", cap: "5m" },
          timeout: { attempt: "30s", queue: "1h", total: "30d" },
          fallback: [{ use: "sql@1", with: {}, retry: {}, timeout: {} }],
          undo: { use: "http@12" },
          lane: "batch",
          on_exhausted: "human",
        },
      },
      output: "${steps.a.output}",
    };
    expect(readWorkflowBody(json)).toEqual({ ok: true, value: json });
  });

  it.each<[unknown, string]>([
    [null, " invalid: Invalid input: expected object"],
    [{ steps: {} }, "steps invalid: must have at least one step"],
    [{}, "steps invalid: This is missing"],
    [{ steps: [] }, "steps invalid: must be an object: steps by their names"],
    [{ steps: { a: {} } }, "steps.a.use invalid: This is missing"],
    ...["__proto__", "constructor", "toString"].map((name): [unknown, string] => [
      { steps: JSON.parse(`{"a": {"use": "x@1"}, "${name}": {"use": "x@1"}}`) },
      `steps.${name} invalid: A step cannot be named "${name}", which is a built-in member of objects`,
    ]),
    [{ steps: { a: { use: "x@1" } }, name: "n" }, 'invalid: Unrecognized key: "name"'],
    [{ steps: { "1a": { use: "x@1" } } }, "steps.1a invalid:"],
    [step({ use: "http" }), 'steps.a.use invalid: must be name@major, such as "http@1"'],
    [step({ need: [] }), 'steps.a invalid: Unrecognized key: "need"'],
    [step({ trigger: "any" }), "steps.a.trigger invalid: Invalid option"],
    [step({ needs: Array.from({ length: 1_001 }, () => "b") }), "steps.a.needs invalid: Too big"],
    [step({ map: { over: "x", concurrency: 101 } }), "steps.a.map.concurrency invalid: Too big"],
    [step({ retry: { attempts: 0 } }), "steps.a.retry.attempts invalid: Too small"],
    [step({ retry: { base: "soon" } }), 'steps.a.retry.base invalid: "soon" is not a duration'],
    [step({ timeout: { total: "31d" } }), "steps.a.timeout.total invalid: 31d is too long"],
    [
      step({ fallback: Array.from({ length: 6 }, () => ({ use: "x@1" })) }),
      "steps.a.fallback invalid: Too big",
    ],
    [
      step({ with: JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) }),
      "steps.a.with invalid: must be nested at most 50 deep",
    ],
    [step({ with: "x".repeat(600_000) }), "too_large: The workflow has 600"],
  ])("explains the problem: case %#", (json, message) => {
    expect(listProblems(json).join("\n")).toContain(message);
  });

  it("refuses ten thousand steps without reading them", async () => {
    const steps = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`s${at}`, 5]));

    expect(listProblems({ steps })).toEqual([
      "steps too_many_steps: The workflow has 10000 steps, at most 1000 are allowed: split it with workflow@1, or use map",
    ]);
    expect(await leastCpuTime(50, () => listProblems({ steps }))).toBeLessThan(50);
  });
});
