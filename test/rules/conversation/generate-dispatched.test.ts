import { afterEach, beforeEach, describe, it, vi } from "vitest";

import type { ModelPart } from "../../../src/answer/answer-model.ts";
import type { AnswerRequest } from "../../../src/answer/answer-request.ts";
import type { AnswerFact } from "../../../src/conversation/answer-fact.ts";
import {
  generateDispatched,
  type GenerationDeps,
} from "../../../src/conversation/generate-dispatched.ts";
import type {
  AnswerTask,
  GenerateMessage,
  ReleasedFacts,
} from "../../../src/conversation/generation-client.ts";
import type { StepOutcome } from "../../../src/kernel/rules/step-handler.ts";
import { EVIDENCE_DEFAULT, OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MESSAGE: GenerateMessage = {
  v: 1,
  scope: { projectId: "proj_a", region: "auto" },
  responseId: "resp_a",
  lease: "sent",
};

const REQUEST: AnswerRequest = {
  model: "m",
  instructions: null,
  items: [{ type: "message", role: "user", text: "Is water wet?" }],
  fileSearch: null,
  functions: [],
  toolChoice: "auto",
  parallelToolCalls: true,
  textFormat: { type: "text" },
  maxOutputTokens: null,
  temperature: null,
  topP: null,
  release: "sentence",
  outputPolicy: OUTPUT_DEFAULT,
  evidencePolicy: EVIDENCE_DEFAULT,
};

type Reports = {
  readonly released: (ReleasedFacts & { readonly at: number; readonly lease: string })[];
  readonly ended: { readonly rest: ReleasedFacts; readonly outcome: StepOutcome }[];
  aborted: boolean;
};

type Scene = {
  readonly facts?: readonly AnswerFact[];
  readonly watched?: boolean;
  /** The lease ends with this report, counted from 1. */
  readonly lostAt?: number;
  readonly failsAt?: number;
  readonly deltas: readonly string[];
  readonly everyMs: number;
};

/** Lets a consumer generate an answer of deltas that arrive at intervals. */
function consume({ facts = [], watched = false, lostAt, failsAt, deltas, everyMs }: Scene) {
  const reports: Reports = { released: [], ended: [], aborted: false };
  const task: AnswerTask = {
    lease: "taken",
    request: REQUEST,
    evidence: { searches: [] },
    facts,
    showsResults: false,
  };
  async function* stream(signal: AbortSignal | undefined): AsyncGenerator<ModelPart> {
    signal?.addEventListener("abort", () => (reports.aborted = true));
    yield { type: "text-start", id: "1" };
    for (const delta of deltas) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      signal?.throwIfAborted();
      yield { type: "text-delta", id: "1", delta };
    }
    yield { type: "text-end", id: "1" };
    yield {
      type: "finish",
      finishReason: { unified: "stop", raw: "stop" },
      usage: {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      },
    };
  }
  const startedAt = Date.now();
  const deps: GenerationDeps = {
    take: async () => task,
    release: async ({ lease }, released) => {
      const at = Date.now() - startedAt;
      reports.released.push({ ...released, at, lease });
      if (reports.released.length === failsAt) throw new Error("The object is away");
      return { held: reports.released.length !== lostAt, watched };
    },
    end: async (_message, rest, outcome) => void reports.ended.push({ rest, outcome }),
    answering: () => ({
      modelNames: { answering: ["m"], embedding: [] },
      model: () => ({ name: "m", builtIn: false, stream: (call) => stream(call.abortSignal) }),
      search: async () => ({ hits: [] }),
      judge: () => null,
    }),
    onFailure: () => true,
  };
  return { reports, done: generateDispatched(deps, MESSAGE) };
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `Line ${at} is it. `);
const textOf = (facts: readonly AnswerFact[]) =>
  facts.map((fact) => (fact.type === "text" ? fact.text : "")).join("");

/** All facts that the object got, each at its place. */
function stored({ released, ended }: Reports): AnswerFact[] {
  const all: AnswerFact[] = [];
  for (const { from, facts } of [...released, ...ended.map(({ rest }) => rest)]) {
    all.splice(from, facts.length, ...facts);
  }
  return all;
}

describe("a consumer that generates an answer", () => {
  it("reports every fact once, in order, under the lease that it took", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(200), everyMs: 10 });
    await vi.runAllTimersAsync();
    await done;

    expect(textOf(stored(reports)).trim()).toBe(lines(200).join("").trim());
    expect(new Set(reports.released.map(({ lease }) => lease))).toEqual(new Set(["taken"]));
    expect(reports.ended).toMatchObject([{ outcome: { kind: "completed" } }]);
  });

  it("reports ever more seldom while nobody watches, up to once a second", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(600), everyMs: 10 });
    await vi.runAllTimersAsync();
    await done;

    const gaps = reports.released.slice(1).map(({ at }, n) => at - (reports.released[n]?.at ?? 0));
    expect(gaps.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(Math.max(...gaps)).toBe(1_000);
  });

  it("reports every 50 ms while a client watches", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(100), everyMs: 10, watched: true });
    await vi.runAllTimersAsync();
    await done;

    const gaps = reports.released.slice(1).map(({ at }, n) => at - (reports.released[n]?.at ?? 0));
    expect(new Set(gaps)).toEqual(new Set([50]));
  });

  it("renews its lease while the model says nothing", async ({ expect }) => {
    const { reports, done } = consume({ deltas: ["At last."], everyMs: 45_000 });
    await vi.runAllTimersAsync();
    await done;

    const silent = reports.released.filter(({ facts }) => facts.length === 0);
    expect(silent.map(({ at }) => at)).toEqual([10_000, 20_000, 30_000, 40_000]);
  });

  it("stops the model, and reports nothing more, once its lease has ended", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(500), everyMs: 100, lostAt: 2 });
    await vi.runAllTimersAsync();
    await done;

    expect(reports.aborted).toBe(true);
    expect(reports.released).toHaveLength(2);
    expect(reports.ended).toEqual([]);
  });

  it("stops the model, and throws, when the object cannot be reached", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(500), everyMs: 100, failsAt: 2 });
    const outcome = expect(done).rejects.toThrow("The object is away");
    await vi.runAllTimersAsync();
    await outcome;

    expect(reports.aborted).toBe(true);
    expect(reports.ended).toEqual([]);
  });

  it("sends only what an earlier attempt has not sent", async ({ expect }) => {
    const sent: AnswerFact[] = [
      { type: "started" },
      { type: "text", text: "Line 0 is it. ", citations: [] },
    ];
    const { reports, done } = consume({ deltas: lines(3), everyMs: 10, facts: sent });
    await vi.runAllTimersAsync();
    await done;

    expect(reports.released[0]?.from ?? reports.ended[0]?.rest.from).toBe(sent.length);
    expect(textOf(stored(reports)).trim()).toBe("Line 1 is it. Line 2 is it.");
  });

  it("gives up an answer that takes too long, to be tried again", async ({ expect }) => {
    const { reports, done } = consume({ deltas: lines(3), everyMs: 100_000 });
    await vi.runAllTimersAsync();
    await done;

    expect(reports.aborted).toBe(true);
    expect(reports.ended).toMatchObject([{ outcome: { kind: "retry" } }]);
  });
});
