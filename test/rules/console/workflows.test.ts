import { describe, expect, it } from "vitest";

import { findInputFields, makeInput } from "../../../console/pages/runs/input-fields.ts";
import { compareLines, foldLines } from "../../../console/parts/differences/compare-lines.ts";
import { placeSteps } from "../../../console/parts/graph/place-steps.ts";
import { formatJson, readJson } from "../../../console/state/json.ts";

describe("the fields of a run's input", () => {
  it("are the members that the workflow reads, each once, in order", () => {
    const steps = {
      pay: { with: { value: "${input.order} for ${ input.amount }" }, when: "input.order != ''" },
    };

    expect(findInputFields({ steps, output: "${input.customer.name} ${steps.input_x}" })).toEqual([
      "order",
      "amount",
      "customer",
    ]);
  });

  it("hold JSON or text, and are left out when empty", () => {
    const typed = {
      a: "12",
      b: "true",
      c: '{"d": [1]}',
      e: "A-17",
      f: " ",
      g: "12 apples",
      h: "[x",
    };

    expect(makeInput(typed)).toEqual({
      a: 12,
      b: true,
      c: { d: [1] },
      e: "A-17",
      g: "12 apples",
      h: "[x",
    });
  });
});

const show = (lines: ReturnType<typeof foldLines>) =>
  lines.map((line) =>
    line ? `${{ same: " ", added: "+", removed: "-" }[line.state]}${line.text}` : "…",
  );

describe("the comparison of two texts", () => {
  it("keeps what both have, in order", () => {
    expect(show(compareLines("a\nb\nc", "a\nx\nc\nd"))).toEqual([" a", "-b", "+x", " c", "+d"]);
    expect(show(compareLines("", "a"))).toEqual(["-", "+a"]);
    expect(show(compareLines("a", "a"))).toEqual([" a"]);
  });

  it("folds equal lines that are far from a change", () => {
    const lines = Array.from({ length: 20 }, (_, number) => String(number));
    const changed = lines.with(10, "ten");

    expect(show(foldLines(compareLines(lines.join("\n"), changed.join("\n"))))).toEqual([
      "…",
      " 7",
      " 8",
      " 9",
      "-10",
      "+ten",
      " 11",
      " 12",
      " 13",
      "…",
    ]);
  });
});

const step = (name: string, needs: readonly string[] = []) => ({ name, use: "a@1", needs });

describe("the places of steps", () => {
  it("put a step below those that it needs, and ignore needs that are not there", () => {
    const { steps, lines } = placeSteps([step("c", ["b", "gone"]), step("a"), step("b", ["a"])]);
    const y = Object.fromEntries(steps.map((one) => [one.name, one.y]));

    expect(y["a"]).toBeLessThan(y["b"] ?? 0);
    expect(y["b"]).toBeLessThan(y["c"] ?? 0);
    expect(lines).toHaveLength(2);
  });

  it("never lay one step over another", () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      step(`s${at}`, at < 4 ? [] : [`s${at % 4}`]),
    );
    const { steps } = placeSteps(many);

    expect(new Set(steps.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)).size).toBe(40);
  });
});

describe("JSON for people", () => {
  it("shows marks that change the direction of text", () => {
    const text = formatJson({ name: "A\u202eB\u200b" });

    expect(text).toBe('{\n  "name": "A\\u202eB\\u200b"\n}');
    expect(readJson(text)).toEqual({ value: { name: "A\u202eB\u200b" } });
  });

  it("says why a text is none", () => {
    expect(readJson("{")).toEqual({ error: expect.stringContaining("JSON") });
  });
});
