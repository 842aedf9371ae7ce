import { describe, expect, it } from "vitest";

import type { WorkflowStep } from "../../../../src/workflow/compile/workflow-body.ts";
import { compile, listProblems, listStepProblems, WORK } from "./compile.ts";

const http = (input: unknown): Partial<WorkflowStep> => ({ use: "http@1", with: input });

describe("the steps of a workflow", () => {
  it.each<[string, Partial<WorkflowStep>, readonly string[]]>([
    [
      "a step type that does not exist",
      { use: "htp@1" },
      ['steps.x.use unknown_handler: There is no step type "htp@1": did you mean "http@1"?'],
    ],
    [
      "missing and unknown members of with",
      http({ urll: "${input.url}" }),
      [
        "steps.x.with.url invalid_with: This is missing",
        'steps.x.with invalid_with: Unrecognized key: "urll"',
      ],
    ],
    [
      "values of the wrong type beside expressions",
      http({ url: "${input.url}", method: "DELETE", retries: "a ${input.n}", headers: { a: 1 } }),
      [
        'steps.x.with.method invalid_with: Invalid option: expected one of "GET"|"POST"',
        "steps.x.with.retries invalid_with: Invalid input: expected number, received string",
        "steps.x.with.headers.a invalid_with: Invalid input: expected string, received number",
      ],
    ],
    ["no with at all", { use: "http@1" }, ["steps.x.with.url invalid_with: This is missing"]],
    [
      "a sleep without a duration",
      { use: "sleep@1", with: {} },
      [
        'steps.x.with invalid_with: needs either for, such as "10m", or until, a time such as "2030-01-31T09:00:00Z"',
      ],
    ],
    [
      "a wait with retry, map and timeout",
      {
        use: "signal@1",
        with: { name: "go" },
        map: { over: "input.list" },
        retry: { attempts: 2 },
        timeout: { total: "1h" },
      },
      [
        "steps.x.map misplaced: signal@1 does not support map: wait once, before or after the step that works on the items",
        "steps.x.retry misplaced: signal@1 does not support retry: a wait has no attempts",
        "steps.x.timeout misplaced: signal@1 does not support timeout: set the duration of the wait in with",
      ],
    ],
    [
      "a once-only step type that is mapped, repeated, a fallback or an undo",
      {
        use: "once.only@1",
        map: { over: "[1]" },
        fallback: [{ use: "once.only@1" }],
        undo: { use: "once.only@1" },
      },
      [
        "steps.x.fallback.0.use misplaced: once.only@1 must be a separate step, not a fallback or an undo",
        "steps.x.undo.use misplaced: once.only@1 must be a separate step, not a fallback or an undo",
        "steps.x.map misplaced: once.only@1 runs once, not for each item",
      ],
    ],
    [
      "a native step as a fallback or an undo",
      {
        fallback: [{ use: "signal@1", with: { name: "go" } }],
        undo: { use: "workflow@1", with: { workflow: "refund" } },
      },
      [
        "steps.x.fallback.0.use misplaced: signal@1 cannot do a step's work: make it a separate step with a trigger",
        "steps.x.undo.use misplaced: workflow@1 cannot undo a step's work: make it a separate step with a trigger",
      ],
    ],
  ])("are refused for %s", (_what, step, problems) => {
    expect(listStepProblems(step)).toEqual(problems);
  });

  it.each<[string, Partial<WorkflowStep>]>([
    ["an expression for any value", http({ url: "${input.url}", method: "${input.m}" })],
    ["an expression inside of a text", http({ url: "https://x.test/${input.id}" })],
    ["an expression for the whole of it", http("${steps.a.output}")],
    ["an expression inside of a union", http({ url: "https://x.test", body: { id: "${index}" } })],
    ["a sleep until a time in the input", { use: "sleep@1", with: { until: "${input.at}" } }],
    ["a sub-workflow for each item", { use: "workflow@1", with: { workflow: "a@3" } }],
  ])("may have %s", (_what, step) => {
    expect(listStepProblems({ map: { over: "input.list" }, ...step }).join("\n")).not.toContain(
      "invalid_with",
    );
  });
});

const starts = (workflow: string, given: unknown = { workflow }) =>
  listProblems({ a: { use: "workflow@1", with: given } });

describe("a step that starts a workflow", () => {
  it("names another workflow", () => {
    expect(starts("tes")).toEqual([]);
    expect(starts("test")).toEqual([
      'steps.a.with.workflow cycle: "test" would start itself without end: start another workflow, or use map',
    ]);
    const written =
      "invalid_with: Write a name without ${ }: a run is pinned to the workflows that it may start";
    expect(starts("${ input.flow }")).toEqual([`steps.a.with.workflow ${written}`]);
    expect(starts("a${ input.flow }")).toContain(`steps.a.with.workflow ${written}`);
    expect(starts("", "${ input }")).toEqual([`steps.a.with ${written}`]);
  });
});

describe("a workflow that compiles", () => {
  it("becomes a kernel definition with the kernel's defaults written out", () => {
    const compiled = compile(
      {
        a: {
          use: "http@1",
          with: { url: "https://x.test" },
          retry: { attempts: 2, cap: "10s" },
          timeout: { attempt: "30s", queue: "1h" },
          lane: "interactive",
          on_exhausted: "pause",
        },
        b: {
          ...WORK,
          needs: ["a"],
          trigger: "all_done",
          when: "true",
          map: { over: "input.list" },
          undo: WORK,
          fallback: [WORK],
        },
        c: { use: "sleep@1", with: { for: "10m" }, needs: ["b"] },
      },
      { all: "${steps.b.output}" },
    );

    expect(compiled).toEqual({
      ok: true,
      value: {
        name: "test",
        steps: {
          a: {
            use: "http@1",
            with: { url: "https://x.test" },
            retry: { attemptsMax: 2, baseMs: 200, capMs: 10_000 },
            timeout: { attemptMs: 30_000, queueMs: 3_600_000, totalMs: 86_400_000 },
            lane: "interactive",
            onExhausted: "pause",
          },
          b: {
            ...BACKGROUND,
            needs: ["a"],
            trigger: "all_done",
            when: "true",
            map: { over: "input.list", concurrency: 4 },
            undo: BACKGROUND,
            fallback: [BACKGROUND],
          },
          c: { use: "sleep@1", with: { for: "10m" }, needs: ["b"] },
        },
        output: { all: "${steps.b.output}" },
      },
    });
  });
});

const BACKGROUND = {
  use: "work@1",
  retry: { attemptsMax: 8, baseMs: 1_000, capMs: 300_000 },
  timeout: { attemptMs: 900_000, totalMs: 86_400_000 },
};
