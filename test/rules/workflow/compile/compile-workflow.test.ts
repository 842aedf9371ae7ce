import { describe, expect, it } from "vitest";
import { z } from "zod";

import { compileWorkflow } from "../../../../src/workflow/compile/compile-workflow.ts";
import type { StepTypes } from "../../../../src/workflow/compile/step-types.ts";
import type { WorkflowBody, WorkflowStep } from "../../../../src/workflow/compile/workflow-body.ts";

const HANDLERS: StepTypes = {
  "work@1": {},
  "once.only@1": { once: true },
  "http@1": {
    with: z.strictObject({
      url: z.url(),
      method: z.enum(["GET", "POST"]).optional(),
      retries: z.int().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.union([z.string(), z.strictObject({ id: z.int() })]).optional(),
    }),
  },
};
const WORK: WorkflowStep = { use: "work@1" };

const compile = (steps: WorkflowBody["steps"], output?: unknown) =>
  compileWorkflow("test", { steps, ...(output !== undefined && { output }) }, HANDLERS);
const listProblems = (steps: WorkflowBody["steps"], output?: unknown) => {
  const compiled = compile(steps, output);
  return compiled.ok ? [] : compiled.error.map((p) => `${p.path} ${p.code}: ${p.message}`);
};
/** Lists the problems of a step `x` that needs `a` and does not need `other`. */
const listStepProblems = (step: Partial<WorkflowStep>) =>
  listProblems({ a: WORK, other: WORK, x: { ...WORK, needs: ["a"], ...step } });

describe("the expressions of a workflow", () => {
  it.each<[string, Partial<WorkflowStep>, readonly string[]]>([
    [
      "a condition that does not parse",
      { when: "steps.a.output >" },
      ["steps.x.when bad_expression: Unexpected token: the end, at column 17 of steps.a.output >"],
    ],
    [
      "a condition in ${ }",
      { when: "${ input.ok }" },
      ["steps.x.when bad_expression: This member is an expression: write it without ${ }"],
    ],
    [
      "a condition that is a number",
      { when: "size(input.list)" },
      [
        "steps.x.when bad_type: This is an int, and a condition must be true or false: compare it with something",
      ],
    ],
    [
      "types that do not go together",
      { when: "1 + 'a' == 2" },
      ["steps.x.when bad_type: no such overload: int + string, at column 1 of 1 + 'a' == 2"],
    ],
    [
      "variables that do not exist",
      { when: "inptu.ok && foo > 1" },
      [
        'steps.x.when unknown_reference: There is no "inptu": did you mean "input"?',
        'steps.x.when unknown_reference: There is no "foo": expressions know input, run and steps',
      ],
    ],
    [
      "steps that do not exist, or are not needed",
      { when: "steps.othr.output == 1 || steps.other.output == 2 || steps.x.output == 3" },
      [
        'steps.x.when unknown_reference: There is no step "othr": did you mean "other"?',
        'steps.x.when not_an_ancestor: "other" may not have ended by then: add "other" to the needs of "x"',
        'steps.x.when not_an_ancestor: "x" has no result yet when this is evaluated',
      ],
    ],
    [
      "members of run and of steps that do not exist, and steps without a name",
      { with: { a: ["${run.name}", "${steps.a.result}"], b: "${steps[input.x].output}" } },
      [
        "steps.x.with.a.0 unknown_reference: run has no member name: it has id and created_at",
        "steps.x.with.a.1 unknown_reference: steps.a has no member result: it has output, status and error",
        'steps.x.with.b unknown_reference: steps[input.x] does not say which step is meant: name it, as in steps.name or steps["name"]',
      ],
    ],
    [
      "a template that does not end",
      { with: { text: "Dear ${input.name" } },
      [
        "steps.x.with.text bad_expression: The expression that begins at character 6, ${input.name, has no closing }; write $${ for a literal ${",
      ],
    ],
    [
      "an item where there is none",
      { when: "item > 1", with: { i: "${index}" } },
      [
        'steps.x.when unknown_reference: "item" exists only in with, fallback and undo of a step that has map',
        'steps.x.with.i unknown_reference: "index" exists only in with, fallback and undo of a step that has map',
      ],
    ],
    [
      "a map over no list",
      { map: { over: "size(input.list) > 1" } },
      ["steps.x.map.over bad_type: This is a bool, and map.over must be a list"],
    ],
    [
      "anything in fallback and undo too",
      {
        fallback: [WORK, { ...WORK, with: { a: "${steps.other.output}" } }],
        undo: { ...WORK, with: { a: "${nope}" } },
      },
      [
        'steps.x.fallback.1.with.a not_an_ancestor: "other" may not have ended by then: add "other" to the needs of "x"',
        'steps.x.undo.with.a unknown_reference: There is no "nope": expressions know input, run and steps',
      ],
    ],
  ])("are refused for %s", (_what, step, problems) => {
    expect(listStepProblems(step)).toEqual(problems);
  });

  it.each<[string, Partial<WorkflowStep>]>([
    ["an ancestor through others", { when: "steps.a.status == 'failed' && input.n > 1.5" }],
    ["an item in a map", { map: { over: "input.list" }, with: { a: "${item.id}", i: "${index}" } }],
    ["its own variable item", { when: "input.list.exists(item, item > 1)" }],
    ["its own result in undo", { undo: { ...WORK, with: { id: "${steps.x.output.id}" } } }],
    ["a name in quotes", { when: '"steps.zzz" == input.x && steps["a"].output == null' }],
    ["functions and types of CEL", { when: "type(input.x) == string && cel.bind(y, 1, y > 0)" }],
  ])("may speak of %s", (_what, step) => {
    expect(listStepProblems(step)).toEqual([]);
  });

  it("may refer to every existing step in the output, and to no other", () => {
    expect(listProblems({ a: WORK, b: WORK }, { a: "${steps.a.output}", b: "${steps.b}" })).toEqual(
      [],
    );
    expect(listProblems({ a: WORK }, "${steps.c.output}")).toEqual([
      'output unknown_reference: There is no step "c"',
    ]);
  });
});

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
