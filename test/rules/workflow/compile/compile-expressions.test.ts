import { describe, expect, it } from "vitest";

import type { WorkflowStep } from "../../../../src/workflow/compile/workflow-body.ts";
import { listProblems, listStepProblems, WORK } from "./compile.ts";

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
