import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FatalStepError } from "../../../../src/kernel/rules/step-handler.ts";
import {
  ANSWERING_STEP_TYPES,
  answeringSteps,
} from "../../../../src/workflow/steps/answering-steps.ts";
import { repairInstructions } from "../../../../src/workflow/steps/repair-request.ts";
import { PASSAGES, QUESTION, runStep, stepDeps } from "./step-deps.ts";

const { deps } = stepDeps();
const run = (use: string, given: unknown) => runStep(deps, use, given);

describe("answeringSteps", () => {
  it("has a handler for every type; only the one that calls a model is not pure", () => {
    const handlers = answeringSteps(deps);
    const impure = Object.entries(handlers).filter(
      ([, handler]) => !("pure" in handler && handler.pure),
    );

    expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(ANSWERING_STEP_TYPES).toSorted());
    expect(impure.map(([use]) => use)).toEqual(["generate@1"]);
  });
});

describe("rewrite@1", () => {
  it("makes a follow-up question self-contained and does not change a first question", async () => {
    const history = [
      { role: "user", text: QUESTION },
      { role: "assistant", text: "Two years." },
    ];
    const followUp = await run("rewrite@1", { question: "And scratches?", history });

    expect(followUp.question).toContain("warranty");
    expect(await run("rewrite@1", { question: "And scratches?" })).toEqual({
      question: "And scratches?",
    });
  });
});

describe("rerank@1", () => {
  const texts = [
    "Kettles are sold in many colours. The kettle is red.",
    "The warranty of the kettle lasts two years.",
    "| 1 | 2 |",
    "The warranty of the kettle lasts two years.",
  ];
  const passages = texts.map((text, at) => ({
    chunk_id: `c${at}`,
    file_id: "file-a",
    filename: "a.md",
    text,
    score: 0.5,
  }));
  const order = async (question: string, given = passages, top?: number) => {
    const { passages: ranked } = await run("rerank@1", { question, passages: given, top });
    return ranked.map((passage: { chunk_id: string }) => passage.chunk_id);
  };

  it("puts the passage whose sentence answers first, and keeps the requested number", async () => {
    expect((await order("How long is the warranty?"))[0]).toBe("c1");
    expect(await order("How long is the warranty?", passages, 1)).toEqual(["c1"]);
    expect(await order("How long is the warranty?", [])).toEqual([]);
  });

  it("does not depend on the order of the passages", async () => {
    const shuffled = fc.shuffledSubarray(passages, { minLength: passages.length });
    const expected = await order("What colour is the kettle?");
    await fc.assert(
      fc.asyncProperty(shuffled, async (given) => {
        expect(await order("What colour is the kettle?", given)).toEqual(expected);
      }),
    );
  });
});

describe("verify@1", () => {
  const text = "The warranty of the kettle lasts two years. It is red.";
  const quote = "The warranty of the kettle lasts two years.";
  const citation = {
    file_id: "file-warranty",
    filename: "warranty.md",
    chunk_id: "warranty",
    quote,
    start_index: 0,
    end_index: quote.length,
    source_start: 100,
    source_end: 100 + quote.length,
    heading: "",
    page: null,
    table: null,
    row: null,
  };
  const verify = (...citations: object[]) =>
    run("verify@1", { text, citations, passages: PASSAGES });

  it("keeps a valid citation and reports the share of the text that has one", async () => {
    expect(await verify(citation)).toEqual({
      verified: true,
      citations: [citation],
      removed: [],
      coverage: 0.5,
      status: "partial",
      violations: [
        {
          id: "verify",
          kind: "grounding",
          message: "No source is cited for “It is red.”.",
          span: { start: quote.length + 1, end: text.length },
        },
      ],
    });
  });

  it("reports a claim that its passage contradicts, for a repair to read and to remove", async () => {
    const wrong = "The warranty of the kettle lasts nine years.";
    const said = `Here is the rule:\n\n${quote} ${wrong}`;
    const start = said.indexOf(quote);
    const middle = start + quote.length;
    const citations = [
      { ...citation, start_index: start, end_index: middle },
      { ...citation, start_index: middle + 1, end_index: said.length },
    ];
    const checked = await run("verify@1", { text: said, citations, passages: PASSAGES });
    const { violations } = checked;
    const rules = [{ id: "support", kind: "grounding" }];
    const ruled = await run("rules@1", { text: said, rules, citations, passages: PASSAGES });
    const repaired = await run("repair@1", { text: said, rules, citations, violations });

    expect(checked).toMatchObject({
      verified: false,
      removed: [{ reason: "number" }],
      coverage: 0.5,
      status: "partial",
    });
    expect(violations).toEqual([
      {
        id: "verify",
        kind: "grounding",
        message: `The cited source does not support “${wrong}” (number).`,
        span: { start: middle + 1, end: said.length },
      },
    ]);
    expect(ruled).toEqual({ ok: false, violations: [{ ...violations[0], id: "support" }] });
    expect(repaired).toMatchObject({ text: `Here is the rule:\n\n${quote}`, ok: true });
    expect(repaired.citations).toEqual([citations[0]]);
  });

  it("tells a rule of the kind grounding what it needs", async () => {
    const rules = [{ id: "support", kind: "grounding" }];
    await expect(run("rules@1", { text, rules })).rejects.toThrow(/needs the members 'passages'/);
  });

  it("gives generate@1 the reasons of a repair", () => {
    const message = "The cited source does not support “It lasts nine years.” (number).";
    const span = { start: 0, end: 21 };
    const violation = { id: "verify", kind: "grounding" as const, message, span };
    const said = repairInstructions({ draft: "It lasts nine years.", violations: [violation] });

    expect(said).toContain(message);
  });

  it.each([
    ["quote_not_found", { quote: quote.toUpperCase() }],
    ["quote_not_found", { source_start: 101, source_end: 101 + quote.length }],
    ["quote_not_found", { file_id: "file-returns" }],
    ["misplaced", { start_index: 500, end_index: 510 }],
    ["misplaced", { start_index: 10, end_index: 10 }],
    ["overlap", { start_index: quote.length + 1, end_index: text.length }],
  ])("removes a citation for %s", async (reason, change) => {
    expect(await verify({ ...citation, ...change })).toMatchObject({
      verified: false,
      citations: [],
      removed: [{ reason }],
      coverage: 0,
      status: "ungrounded",
    });
  });

  it("confirms an answer that generate@1 reports as grounded", async () => {
    const answer = await run("generate@1", { question: QUESTION, passages: PASSAGES });
    const { text: said, citations } = answer;

    expect(await run("verify@1", { text: said, citations, passages: PASSAGES })).toMatchObject({
      verified: true,
      coverage: 1,
      status: "grounded",
    });
  });
});

describe("transform@1", () => {
  it("returns its value", async () => {
    expect(await run("transform@1", { value: { a: [1, null] } })).toEqual({ a: [1, null] });
    expect(await run("transform@1", { value: null })).toBeNull();
    await expect(run("transform@1", { value: 1, other: 2 })).rejects.toThrow(FatalStepError);
  });
});
