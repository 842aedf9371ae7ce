import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Definition, StepDefinition } from "../../../src/kernel/rules/definition.ts";
import { renderMermaid } from "../../../src/workflow/mermaid.ts";

const WORK: StepDefinition = { use: "http@1" };
const draw = (steps: Definition["steps"], statuses?: Parameters<typeof renderMermaid>[1]) =>
  renderMermaid({ name: "test", steps }, statuses);

describe("renderMermaid", () => {
  it("draws steps by their type and needs by their triggers", () => {
    // Mermaid 12's own parser read this text.
    expect(
      draw({
        end: WORK,
        pause: { use: "sleep@1", needs: ["end"] },
        approve: { use: "signal@1", needs: ["pause"] },
        child: { use: "workflow@1", needs: ["end", "approve"], trigger: "one_failed", undo: WORK },
        each: {
          ...WORK,
          needs: ["end"],
          map: { over: "input.list", concurrency: 2 },
          when: "steps.end.output.total > 100 && steps.end.output.country == 'IT'",
          fallback: [{ use: "sql@1" }, { use: "rules@1" }],
        },
      }),
    ).toMatchInlineSnapshot(`
      "flowchart TD
        s0{{"approve<br/>signal@1"}}
        s4 --> s0
        s1[["child<br/>workflow@1"]]
        s3 -.->|one_failed| s1
        s0 -.->|one_failed| s1
        s1 -.->|undo| s1u["http@1"]
        s2[/"each<br/>http@1<br/>for each of input.list<br/>when steps.end.output.total #62; 100 #38;#38; steps.end.output…<br/>else sql@1, rules@1"/]
        s3 --> s2
        s3["end<br/>http@1"]
        s4(["pause<br/>sleep@1"])
        s3 --> s4
      "
    `);
  });

  it("draws the states of a run, with only the statuses that occur", () => {
    expect(
      draw(
        { a: WORK, b: { ...WORK, needs: ["a"] }, c: { ...WORK, needs: ["b"] } },
        { a: { status: "completed", attempts: 1 }, b: { status: "running", attempts: 3 } },
      ),
    ).toMatchInlineSnapshot(`
      "flowchart TD
        s0["a<br/>http@1<br/>completed"]
        class s0 completed
        s1["b<br/>http@1<br/>running, 3 attempts"]
        s0 --> s1
        class s1 running
        s2["c<br/>http@1"]
        s1 --> s2
        classDef completed fill:#d3f9d8,stroke:#2b8a3e,color:#0f3d1a
        classDef running fill:#d0ebff,stroke:#1971c2,color:#0b3d66
      "
    `);
  });

  it("gives the same text for any order of the stored steps", () => {
    const steps = { a: WORK, b: { ...WORK, needs: ["a"] }, end: { ...WORK, needs: ["a", "b"] } };
    const reversed = Object.fromEntries(Object.entries(steps).toReversed());

    expect(draw(reversed)).toBe(draw(steps));
  });

  it("escapes user text so that it is not interpreted as Mermaid", () => {
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        '"]',
        "end",
        "a\nb",
        "`**x**`",
        "#quot;",
        "-->|x|",
        "<b>",
        "]} )",
        "style x:#a;",
      ),
    );
    fc.assert(
      fc.property(texts, texts, texts, (name, use, condition) => {
        const text = draw({
          [name]: { use, when: condition, map: { over: condition, concurrency: 1 }, undo: { use } },
        });
        const [head, node, undo, ...rest] = text.trimEnd().split("\n");

        expect(head).toBe("flowchart TD");
        expect(node).toMatch(/^ {2}s0\[\/"(?:[\p{L}\p{N} _.,@…]|#\d+;|<br\/>)*"\/\]$/u);
        expect(undo).toMatch(/^ {2}s0 -\.->\|undo\| s0u\["(?:[\p{L}\p{N} _.,@…]|#\d+;)*"\]$/u);
        expect(rest).toEqual([]);
      }),
    );
  });
});
