import { describe, it, vi } from "vitest";

import type { AnswerEvent, AnswerRequest } from "../../../src/answer/answer-request.ts";
import { restAfter } from "../../../src/answer/functions/rest-of-arguments.ts";
import { answer, asked, callsIn, finding, joinText, lastEvent } from "./generate-cases.ts";
import { requestsWith, scriptedModel } from "./scripted-model.ts";

vi.spyOn(console, "warn").mockImplementation(() => {});

const ORDER = {
  name: "order",
  description: null,
  strict: true,
  parameters: {
    type: "object",
    properties: { note: { type: "string" }, count: { type: "integer" } },
    required: ["note", "count"],
    additionalProperties: false,
  },
};
const ALSO = { ...ORDER, name: "also" };
const LOOSE = { ...ORDER, name: "loose", strict: false };

async function ask(question: string, change: Partial<AnswerRequest> = {}) {
  const { deps } = finding([], [scriptedModel().model]);
  const request = { model: "scripted", functions: [ORDER], fileSearch: null, ...change };
  const events = await answer(deps, asked(question, request));
  return { events, calls: callsIn(events) };
}

const deltasIn = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === "function_call_delta" ? [event.delta] : []));
const typesOf = (deltas: number) => [
  "function_call_started",
  ...Array.from({ length: deltas }, () => "function_call_delta"),
  "function_call_ended",
];
const failureOf = (events: readonly AnswerEvent[]) =>
  events.find((event) => event.type === "failed") ?? null;
const countRequests = async (question: string) => JSON.parse(await requestsWith(question)).length;

describe("a strict call whose arguments stop matching after a part was sent", () => {
  it("is completed by the model, which keeps that part in any spelling", async ({ expect }) => {
    const { events, calls } = await ask("Continue it #strict-continues");
    const requests = await requestsWith("Continue it");

    expect(deltasIn(events)).toEqual(['{"note": "r', 'é"', ',"count":2}']);
    expect(calls).toMatchObject([
      { callId: "call_0", arguments: '{"note": "ré","count":2}', isEnded: true },
    ]);
    expect(lastEvent(events).outcome).toBe("completed");
    expect(requests).toContain(
      "count must be of the type integer. Make all calls again. Begin with",
    );
    expect(requests).toContain(JSON.stringify('including {"note": "ré", since').slice(1, -1));
  });

  it("may be made several times, and otherwise fails the answer", async ({ expect }) => {
    const late = await ask("Continue it late #strict-continues-late");
    const never = await ask("Never continue it #strict-differs");

    expect(late.calls).toMatchObject([{ arguments: '{"note": "ré","count":2}', isEnded: true }]);
    expect(await countRequests("Continue it late")).toBe(3);
    expect(never.calls).toMatchObject([{ arguments: '{"note": "ré"', isEnded: false }]);
    expect(await countRequests("Never continue it")).toBe(4);
    expect(failureOf(never.events)?.message).toContain(
      "count must be of the type integer. Their beginning was sent already, and it did not complete",
    );
  });

  it("fails the answer if the model writes a text instead", async ({ expect }) => {
    const { events } = await ask("Give it up #strict-gives-up");
    expect(failureOf(events)?.message).toContain("Their beginning was sent already");
  });

  it("keeps the calls after it waiting", async ({ expect }) => {
    for (const other of [ALSO, LOOSE]) {
      const question = `Before ${other.name} #strict-first-badly`;
      const { calls } = await ask(question, { functions: [ORDER, other] });

      expect(calls).toMatchObject([
        { name: "order", arguments: '{"note": "ré","count":2}', isEnded: true },
        { name: other.name, arguments: '{"note":"so","count":3}', isEnded: true },
      ]);
      expect(new Set(calls.map(({ callId }) => callId)).size).toBe(2);
    }
  });

  it("is not completed by a call that was sent already", async ({ expect }) => {
    const { calls } = await ask("Both, the second badly #strict-second-badly");

    expect(calls).toMatchObject([
      { arguments: '{"note":"ré","count":1}', isEnded: true },
      { arguments: '{"note": "ré","count":2}', isEnded: true },
    ]);
  });

  it("is cut with the reply that has reached its limit", async ({ expect }) => {
    const { events, calls } = await ask("Cut it #strict-cut");

    expect(calls).toMatchObject([{ arguments: '{"note": "ré"', isEnded: false }]);
    expect(lastEvent(events).incompleteReason).toBe("max_output_tokens");
  });

  it("is made again as a whole if nothing is sent before the answer's end", async ({ expect }) => {
    const { calls } = await ask("All of it, later #strict-differs", { release: "verified" });
    expect(calls).toMatchObject([{ arguments: '{"note":"mi","count":2}', isEnded: true }]);
  });
});

describe("a strict call whose arguments match", () => {
  it("is sent in pieces after an attempt of which nothing was sent", async ({ expect }) => {
    const { events } = await ask("Order it again #strict-breaks-early-once");
    expect(events.map(({ type }) => type)).toEqual([...typesOf(3), "finished"]);
  });

  it("ends where a text follows it, also one with a stop sequence", async ({ expect }) => {
    const { events, calls } = await ask("Order and say so #strict-then-talks", { stop: ["STOP"] });

    expect(events.map(({ type }) => type).slice(0, 5)).toEqual([...typesOf(2), "text"]);
    expect(calls).toMatchObject([{ arguments: '{"note":"one","count":2}', isEnded: true }]);
    expect(lastEvent(events).outcome).toBe("completed");
  });

  it("is not made after a stop sequence in a sentence that the call ends", async ({ expect }) => {
    const { fileSearch } = asked("");
    const { events, calls } = await ask("Stop #strict-after-stop", { stop: ["STOP"], fileSearch });

    expect(joinText(events)).toBe("I order it");
    expect(calls).toEqual([]);
    expect(lastEvent(events).outcome).toBe("completed");
  });
});

describe("the rest of arguments of which a beginning was sent", () => {
  it.for<[string, string, string | null]>([
    ['{"a":1', '{ "a" : 1 , "b":2}', ' , "b":2}'],
    ['{"a":"x', '{"a":"xy"}', 'y"}'],
    ['{"a":"\\u00e9"', '{"a":"é"}', "}"],
    ['{"a":"é', '{"a":"\\u00e9\\n"}', '\\n"}'],
    ['{"a":"😀', '{"a":"\\ud83d\\ude00"}', '"}'],
    ['{"a":"say \\"', '{"a":"say \\u0022no"}', 'no"}'],
    ['{"a":"say \\"', '{"a":"say "}', null],
    ['{"a":"a b', '{"a":"ab"}', null],
    ['{"a":1', '{"a":2}', null],
    ['{"a":1', '{"b":1}', null],
    ['{"a":"xyz', '{"a":"xy"}', null],
  ])("after %s, in %s, are %s", ([beginning, whole, rest], { expect }) => {
    expect(restAfter(beginning, whole)).toBe(rest);
  });
});
