import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compileWorkflow } from "../../../../src/workflow/compile/compile-workflow.ts";
import type { WorkflowBody, WorkflowStep } from "../../../../src/workflow/compile/workflow-body.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const WORK: WorkflowStep = { use: "work@1" };

const listProblems = (steps: WorkflowBody["steps"]) => {
  const compiled = compileWorkflow("test", { steps }, { "work@1": {} });
  return compiled.ok ? [] : compiled.error.map((p) => `${p.path} ${p.code}: ${p.message}`);
};

describe("the graph of a workflow", () => {
  it.each<[string, WorkflowBody["steps"], readonly string[]]>([
    [
      "a cycle, by its names, and the steps after it",
      {
        a: { ...WORK, needs: ["b"] },
        b: { ...WORK, needs: ["a"] },
        c: { ...WORK, needs: ["b"] },
      },
      [
        "steps.a.needs cycle: These steps wait for each other forever: a → b → a; remove one of these needs",
        'steps.c.needs unreachable: "c" is never reached: it needs steps that are in a cycle, or that follow one',
      ],
    ],
    [
      "two cycles at once",
      {
        a: { ...WORK, needs: ["b"] },
        b: { ...WORK, needs: ["a"] },
        c: { ...WORK, needs: ["d"] },
        d: { ...WORK, needs: ["e"] },
        e: { ...WORK, needs: ["c"] },
      },
      [
        "steps.a.needs cycle: These steps wait for each other forever: a → b → a; remove one of these needs",
        "steps.c.needs cycle: These steps wait for each other forever: c → d → e → c; remove one of these needs",
      ],
    ],
    [
      "a need that does not exist",
      { charge: WORK, b: { ...WORK, needs: ["chrage", "zzz"] } },
      [
        'steps.b.needs.0 unknown_step: There is no step "chrage": did you mean "charge"?',
        'steps.b.needs.1 unknown_step: There is no step "zzz"',
      ],
    ],
    [
      "a step that needs itself, or another twice",
      { a: { ...WORK, needs: ["a"] }, b: { ...WORK, needs: ["a", "a"] } },
      [
        'steps.a.needs.0 self_need: "a" needs itself and would wait forever: remove that need',
        'steps.b.needs.1 duplicate_need: "a" is needed twice: name it once',
      ],
    ],
    [
      "a failure among no needs",
      { a: { ...WORK, trigger: "one_failed" } },
      [
        'steps.a.trigger unreachable: "a" is never reached: it waits for a need to fail and has none; add needs, or remove trigger',
      ],
    ],
    [
      "a join of a step and of its failure branch",
      {
        pay: WORK,
        refund: { ...WORK, needs: ["pay"], trigger: "one_failed" },
        end: { ...WORK, needs: ["pay", "refund"] },
        after: { ...WORK, needs: ["end"] },
      },
      [
        'steps.end.needs unreachable: "end" is never reached: its needs want "pay" both to complete and to fail; give it a trigger such as "none_failed" or "all_done"',
      ],
    ],
  ])("is refused for %s", (_what, steps, problems) => {
    expect(listProblems(steps)).toEqual(problems);
  });

  it("may join a step and its failure branch with a trigger that allows it", () => {
    expect(
      listProblems({
        pay: WORK,
        refund: { ...WORK, needs: ["pay"], trigger: "one_failed" },
        end: { ...WORK, needs: ["pay", "refund"], trigger: "all_done" },
      }),
    ).toEqual([]);
  });

  it("compiles without a cycle, and names the cycle when a need closes one", () => {
    const sizes = fc.integer({ min: 2, max: 30 });
    const graph = sizes.chain((size) =>
      fc.tuple(
        fc.array(fc.nat(size - 1), { minLength: size, maxLength: size }),
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 60 }),
      ),
    );
    fc.assert(
      fc.property(graph, fc.nat(), ([keys, edges], pick) => {
        const needs = keys.map(() => new Set<string>());
        for (const [one, other] of edges) {
          if (one !== other) needs[Math.max(one, other)]?.add(`s${Math.min(one, other)}`);
        }
        const order = [...keys.keys()].toSorted((l, r) => (keys[l] ?? 0) - (keys[r] ?? 0));
        const build = () =>
          Object.fromEntries(
            order.map((at) => [`s${at}`, { ...WORK, needs: [...(needs[at] ?? [])] }] as const),
          );
        expect(listProblems(build())).toEqual([]);

        // A need from an ancestor back to one of its descendants.
        const children = [...needs.keys()].filter((at) => (needs[at]?.size ?? 0) > 0);
        const child = children[pick % children.length];
        if (child === undefined) return;
        let ancestor = child;
        for (let steps = 0; steps <= pick % 5; steps += 1) {
          const [need] = needs[ancestor] ?? [];
          if (need !== undefined) ancestor = Number(need.slice(1));
        }
        needs[ancestor]?.add(`s${child}`);
        const cycles = listProblems(build()).filter((problem) => problem.includes(" cycle: "));
        expect(cycles).toHaveLength(1);
        const way = /: (s\d+(?: → s\d+)+);/.exec(cycles[0] ?? "")?.[1]?.split(" → ") ?? [];
        expect(way.length).toBeGreaterThan(2);
        expect(way[0]).toBe(way.at(-1));
        for (const [at, step] of way.slice(0, -1).entries()) {
          expect(needs[Number(step.slice(1))]).toContain(way[at + 1]);
        }
      }),
    );
  });
});

const manySteps = (size: number, needs: number): WorkflowBody["steps"] =>
  Object.fromEntries(
    Array.from({ length: size }, (_, at): [string, WorkflowStep] => {
      const own = Array.from({ length: Math.min(at, needs) }, (_need, back) => `s${at - 1 - back}`);
      const when = at === 0 ? "true" : `steps.s${at - 1}.output == ${at}`;
      return [`s${at}`, { ...WORK, needs: own, when }];
    }),
  );

describe("a workflow that is too large", () => {
  it("is refused by its number of steps before any other check", async () => {
    const many = manySteps(10_000, 1);

    expect(listProblems(many)).toEqual([
      "steps too_many_steps: The workflow has 10000 steps, at most 1000 are allowed: split it with workflow@1, or use map",
    ]);
    expect(await leastCpuTime(50, () => listProblems(many))).toBeLessThan(50);
  });

  it("is checked in well under a second at a thousand steps that all need each other", async () => {
    const dense = manySteps(1_000, 1_000);
    const took = await leastCpuTime(2_000, () => {
      expect(listProblems(dense)).toEqual([]);
    });

    expect(took).toBeLessThan(2_000);
  });

  it("reports a hundred problems and how many more there are", () => {
    const wrong = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`s${at}`, { use: "nope@1" }] as const),
    );
    const problems = listProblems(wrong);

    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe(
      " too_many_problems: There are 400 more problems: fix these first",
    );
  });
});
