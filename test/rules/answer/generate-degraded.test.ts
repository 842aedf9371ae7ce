import { describe, expect, it, vi } from "vitest";

import type { AnswerEvent } from "../../../src/answer/answer-request.ts";
import { answeredBy } from "../../../src/answer/answered-by.ts";
import { generate } from "../../../src/answer/generate.ts";
import { closedCircuit } from "../../../src/platform/models/circuit.ts";
import { answer, asked, finding, lastEvent, joinText, WARRANTY } from "./generate-cases.ts";
import { requestsWith, scriptedModel, TIGHT_LIMITS } from "./scripted-model.ts";

vi.spyOn(console, "warn").mockImplementation(() => {});

const ask = (question: string, change = {}) => asked(question, { model: "scripted", ...change });
/** The instructions contain the script, so that the question is the same for the built-in model. */
const scripted = (script: string, change = {}) =>
  ask(QUESTION, { instructions: `#${script}`, ...change });
const QUESTION = "How long does the warranty of the kettle last?";

describe("an answer whose search was by words alone", () => {
  const degraded = { from: "embedder", reason: "timeout" };
  const poorly = (...models: Parameters<typeof finding>[1] & object) => {
    const { deps } = finding([WARRANTY], models);
    return { ...deps, search: async () => ({ hits: [WARRANTY], degraded }) };
  };

  it.each([
    ["was made before the model was asked", "extractive-1", "auto"],
    ["was demanded", "scripted", { type: "file_search" }],
  ] as const)("says so, by the same model, when it %s", async (_when, model, toolChoice) => {
    const events = await answer(
      poorly(scriptedModel().model),
      ask(QUESTION, { model, toolChoice }),
    );
    const end = lastEvent(events);

    expect(end.degraded).toEqual({ from: "file_search", reason: "timeout" });
    expect(answeredBy(model, end.degraded)).toBe(model);
  });

  it("reports it when the model requested the search", async () => {
    const events = await answer(poorly(scriptedModel().model), ask(QUESTION));

    expect(lastEvent(events).degraded).toEqual({ from: "file_search", reason: "timeout" });
  });

  it("reports the failed model when both fail", async () => {
    const deps = poorly(scriptedModel().model);
    const events = await answer(deps, scripted("fails", { toolChoice: { type: "file_search" } }));
    const end = lastEvent(events);

    expect(end.degraded).toEqual({ from: "scripted", by: "extractive-1", reason: "server_error" });
    expect(answeredBy("scripted", end.degraded)).toBe("extractive-1");
  });
});

describe("an answer whose model fails", () => {
  it.each([
    ["fails", "server_error", 3, "hard_failure"],
    ["slow", "timeout", 3, "hard_failure"],
    ["stalls", "timeout", 3, "hard_failure"],
    ["breaks", "interrupted", 3, "failure"],
    ["limited", "rate_limited", 1, "ignored"],
    ["unauthorized", "unauthorized", 1, "ignored"],
  ])("is given by extractive-1 when it %s", async (script, reason, attempts, outcome) => {
    const { model, outcomes } = scriptedModel(
      closedCircuit(),
      reason === "timeout" ? TIGHT_LIMITS : undefined,
    );
    const { deps } = finding([WARRANTY], [model]);
    const change = { toolChoice: { type: "file_search" } };
    const events = await answer(deps, scripted(script, change));

    expect(joinText(events)).toContain("The warranty of the kettle lasts two years.");
    expect(lastEvent(events)).toMatchObject({
      outcome: "completed",
      grounding: { status: "grounded" },
      degraded: { from: "scripted", reason },
    });
    expect(outcomes).toEqual(Array(attempts).fill(outcome));
  });

  it.each(["fails-once", "limited-once", "breaks-once"])("is repeated: %s", async (script) => {
    const { model, waitsMs } = scriptedModel();
    const { deps } = finding([WARRANTY], [model]);
    const events = await answer(deps, scripted(script));

    expect(joinText(events)).toBe("The warranty of the kettle lasts two years. ".trim());
    expect(lastEvent(events)).toMatchObject({ degraded: null, grounding: { status: "grounded" } });
    expect(waitsMs).toHaveLength(1);
    expect(waitsMs[0]).toBeGreaterThanOrEqual(script === "limited-once" ? 1_000 : 0);
  });

  it("fails without a second attempt once a sentence was sent", async () => {
    const { model, outcomes } = scriptedModel();
    const { deps } = finding([WARRANTY], [model]);
    const events = await answer(deps, scripted("breaks-late"));

    expect(joinText(events)).toBe("The warranty of the kettle lasts two years.");
    expect(events.at(-1)).toMatchObject({ type: "failed", code: "server_error" });
    expect(outcomes).toEqual(["failure"]);
  });

  it("is repeated without the text of the failed attempt when none of it was sent", async () => {
    const { deps } = finding([WARRANTY], [scriptedModel().model]);
    const events = await answer(deps, scripted("breaks-late-once", { release: "verified" }));

    expect(joinText(events).match(/two years/g)).toHaveLength(1);
    expect(lastEvent(events)).toMatchObject({
      degraded: null,
      grounding: { citationsVerified: 1 },
    });
  });

  it("comes from extractive-1 while a verified answer is not yet sent", async () => {
    const { deps } = finding([WARRANTY], [scriptedModel().model]);
    const events = await answer(deps, scripted("breaks-late", { release: "verified" }));

    expect(joinText(events).match(/two years/g)).toHaveLength(1);
    expect(lastEvent(events).degraded).toEqual({
      from: "scripted",
      by: "extractive-1",
      reason: "interrupted",
    });
  });

  it("does not call a model whose circuit is open", async () => {
    const open = { phase: "open" as const, epoch: 1, until: Date.now() + 60_000, openMs: 60_000 };
    const { deps, queries } = finding([WARRANTY], [scriptedModel(open).model]);
    const question = "How long is the warranty when the circuit is open?";
    const events = await answer(deps, ask(question));

    expect(queries).toEqual([question]);
    expect(lastEvent(events).degraded).toEqual({
      from: "scripted",
      by: "extractive-1",
      reason: "circuit_open",
    });
    expect(await requestsWith(question)).toBe("[]");
  });

  it("fails in our words when the provider refuses the request", async () => {
    const { deps } = finding([WARRANTY], [scriptedModel().model]);
    const events = await answer(deps, ask("What? #refuses-request", { fileSearch: null }));

    expect(events).toEqual([
      {
        type: "failed",
        code: "invalid_prompt",
        message: expect.stringMatching(
          /^The provider of the model 'scripted' refuses the request with status 400\. /,
        ),
      },
    ]);
  });

  it("fails when extractive-1 cannot do what the request requires", async () => {
    const { deps } = finding([WARRANTY], [scriptedModel().model]);
    const events = await answer(deps, ask("What? #fails", { textFormat: { type: "json_object" } }));

    expect(events.at(-1)).toMatchObject({ type: "failed", code: "server_error" });
  });

  it("fails when functions are declared, also where extractive-1 has documents", async () => {
    const lookup = { name: "lookup", description: null, parameters: null, strict: false };
    const { deps } = finding([WARRANTY], [scriptedModel().model]);
    const events = await answer(deps, scripted("fails", { functions: [lookup] }));

    expect(events.at(-1)).toMatchObject({ type: "failed", away: { reason: "server_error" } });
  });

  it.each([
    ["names no stores", { fileSearch: null }],
    ["allows no search", { toolChoice: "none" }],
  ] as const)(
    "fails when the request %s, so that extractive-1 has no documents",
    async (_, change) => {
      const { deps, queries } = finding([WARRANTY], [scriptedModel().model]);
      const events = await answer(deps, scripted("fails", change));

      expect(events).toMatchObject([{ type: "failed", away: { reason: "server_error" } }]);
      expect(queries).toEqual([]);
    },
  );

  it("is given by extractive-1 from what a workflow has found, though the request names no stores", async () => {
    const { deps } = finding([], [scriptedModel().model]);
    const evidence = { searches: [{ queries: [QUESTION], hits: [WARRANTY] }] };
    const request = scripted("fails", { fileSearch: null });
    const events: AnswerEvent[] = [];
    const { signal } = new AbortController();
    for await (const event of generate(deps, request, evidence, signal)) events.push(event);

    expect(lastEvent(events)).toMatchObject({
      grounding: { status: "grounded" },
      degraded: { from: "scripted" },
    });
  });

  it("stops with the reason of a cancel, which the circuit does not count", async () => {
    const { model, outcomes } = scriptedModel(closedCircuit());
    const { deps } = finding([], [model]);
    const cancel = new AbortController();
    const request = ask("When? #stalls", { fileSearch: null });
    const events = generate(deps, request, { searches: [] }, cancel.signal);
    await events.next();
    cancel.abort(new Error("cancelled by the client"));

    const rest = (async () => {
      for await (const event of events) expect(event.type).toBe("text");
    })();
    await expect(rest).rejects.toThrow("cancelled by the client");
    expect(outcomes).toEqual(["ignored"]);
  });
});
