import { describe, it, vi } from "vitest";

import type { AnswerEvent } from "../../../src/answer/answer-request.ts";
import { answer, asked, callsIn, finding, lastEvent, WARRANTY } from "./generate-cases.ts";
import { requestsWith, scriptedModel } from "./scripted-model.ts";

vi.spyOn(console, "warn").mockImplementation(() => {});

const PARAMETERS = {
  type: "object",
  properties: { id: { type: "string" } },
  required: ["id"],
  additionalProperties: false,
};
const ORDER = { name: "order", description: null, parameters: PARAMETERS, strict: true };

/** Answers a question with the function `order`, by the script at the end of the question. */
async function ask(question: string, change: object = {}) {
  const { deps, queries } = finding([WARRANTY], [scriptedModel().model]);
  const request = { model: "scripted", functions: [ORDER], fileSearch: null, ...change };
  const events = await answer(deps, asked(question, request));
  return { events, calls: callsIn(events), queries };
}

const typesOf = (events: readonly AnswerEvent[]) => events.map(({ type }) => type);
const failureOf = (events: readonly AnswerEvent[]) =>
  events.find((event) => event.type === "failed") ?? null;

describe("the calls of one turn", () => {
  it.for<[string, number, object]>([
    ["calls-128", 128, { outcome: "completed", incompleteReason: null }],
    ["calls-129", 128, { outcome: "incomplete", incompleteReason: "max_output_tokens" }],
    // Not read to the end.
    ["calls-10000", 128, { outcome: "incomplete", incompleteReason: "max_output_tokens" }],
  ])("are at most 128, of which the client gets the first: %s", async (sent, { expect }) => {
    const [script, count, outcome] = sent;
    const { events, calls } = await ask(`Order them #${script}`);

    expect(calls).toHaveLength(count);
    expect(calls.map((call) => JSON.parse(call.arguments).id)).toEqual(
      Array.from({ length: count }, (_, at) => String(at)),
    );
    expect(lastEvent(events)).toMatchObject(outcome);
  });

  it("are at most 128 also if the client allows one, or if they search", async ({ expect }) => {
    const one = await ask("Order one #calls-129", { parallelToolCalls: false });
    const { fileSearch } = asked("?");
    const many = await ask("Search them #searches-129", { fileSearch });

    expect(one.calls).toHaveLength(1);
    expect(lastEvent(one.events).incompleteReason).toBe("max_output_tokens");
    expect(many.queries).toEqual([]);
    expect(lastEvent(many.events).incompleteReason).toBe("max_output_tokens");
  });

  it("have an id each, though the model repeats ids and leaves them empty", async ({ expect }) => {
    const { calls } = await ask("Order both #calls-same-id");
    const ids = calls.map(({ callId }) => callId);

    expect(calls.map((call) => call.arguments)).toEqual(['{"id":"7"}', '{"id":"8"}', '{"id":"9"}']);
    expect(ids[0]).toBe("call_0");
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain("");
  });

  it("reach the client only with a name", async ({ expect }) => {
    const alone = await ask("Order nothing #calls-nameless");
    const among = await ask("Order something #calls-nameless-too");

    expect(alone.calls).toEqual([]);
    expect(lastEvent(alone.events).outcome).toBe("completed");
    expect(among.calls).toMatchObject([{ name: "order" }]);
  });
});

describe("a call of a strict function", () => {
  it("is made again with the others of its turn if its arguments do not fit", async ({
    expect,
  }) => {
    const { events, calls } = await ask("Order both of them #calls-badly-once");
    const requests: unknown = JSON.parse(await requestsWith("Order both of them"));

    expect(calls.map((call) => call.arguments)).toEqual(['{"id":"7"}', '{"id":"8"}']);
    expect(lastEvent(events).outcome).toBe("completed");
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests)).toContain("id must be of the type string");
    expect(JSON.stringify(requests)).toContain("Make all calls again");
  });

  it("fails the answer if it never fits, and is not sent", async ({ expect }) => {
    const { events, calls } = await ask("Order 8? #calls-badly");

    expect(calls).toEqual([]);
    expect(failureOf(events)).toEqual({
      type: "failed",
      code: "server_error",
      message:
        "The model called the strict function 'order' with arguments that do not fit its schema: id must be of the type string. Send the request again, simplify the schema, or use another model.",
    });
    expect(JSON.parse(await requestsWith("Order 8?"))).toHaveLength(4);
  });

  it("fails the answer if its end never fits, of which the beginning was sent", async ({
    expect,
  }) => {
    const { events, calls } = await ask("Order it without an end? #calls-without-json");

    expect(calls).toMatchObject([{ name: "order", arguments: '{"id":"8"', isEnded: false }]);
    expect(failureOf(events)?.message).toBe(
      "The model called the strict function 'order' with arguments that do not fit its schema: they are not JSON. Their beginning was sent already, and it did not complete them. Send the request again, simplify the schema, or use another model.",
    );
    expect(JSON.parse(await requestsWith("Order it without an end?"))).toHaveLength(4);
  });

  it("takes any arguments if it is not strict, has no schema, or was stored with another one", async ({
    expect,
  }) => {
    const changes = [{ strict: false }, { parameters: null }, { parameters: { type: "object" } }];
    for (const [at, change] of changes.entries()) {
      const functions = [{ ...ORDER, ...change }];
      const { calls } = await ask(`Order loosely ${at} #calls-without-json`, { functions });
      expect(calls.map((call) => call.arguments)).toEqual(['{"id":"8"']);
    }
  });
});

describe("a call of a function that is not strict, beside a strict one", () => {
  const NOTE = { ...ORDER, name: "note", strict: false };

  it("is sent while it is written, and once, though the other is made again", async ({
    expect,
  }) => {
    const functions = [NOTE, ORDER];
    const { events, calls } = await ask("Note it and order #calls-second-badly-once", {
      functions,
    });
    const requests: unknown = JSON.parse(await requestsWith("Note it and order"));

    expect(typesOf(events)).toEqual([
      "function_call_started",
      "function_call_delta",
      "function_call_delta",
      "function_call_ended",
      "function_call",
      "finished",
    ]);
    expect(calls).toMatchObject([
      { name: "note", arguments: '{"id": "7"}', callId: "call_0" },
      { name: "order", arguments: '{"id":"8"}' },
    ]);
    expect(calls[1]?.callId).not.toBe("call_0");
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests)).toContain("Do not make this call again");
    expect(JSON.stringify(requests)).toContain("Make all calls again that were not called");
  });

  it("begins once the other is sure, and is not made if the client allows one", async ({
    expect,
  }) => {
    const functions = [ORDER, NOTE];
    const { events, calls } = await ask("Order, then note #calls-both", { functions });
    const one = await ask("Order alone #calls-both", { functions, parallelToolCalls: false });

    expect(typesOf(events).slice(0, 5)).toEqual([
      "function_call_started",
      "function_call_delta",
      "function_call_delta",
      "function_call_ended",
      "function_call_started",
    ]);
    expect(calls.map(({ name }) => name)).toEqual(["order", "note"]);
    expect(one.calls.map(({ name }) => name)).toEqual(["order"]);
  });

  it("counts among the 128 of its turn, also when the model is asked again", async ({ expect }) => {
    const functions = [NOTE, ORDER];
    const { events, calls } = await ask("Note much #calls-127-then-badly-once", { functions });

    expect(calls).toHaveLength(128);
    expect(calls.at(-1)).toMatchObject({ name: "order", arguments: '{"id":"7"}' });
    expect(lastEvent(events).incompleteReason).toBe("max_output_tokens");
  });

  it("does not wait for a strict function that it is chosen over", async ({ expect }) => {
    const toolChoice = { type: "function" as const, name: "note" };
    const functions = [ORDER, NOTE];
    const { events, calls } = await ask("Note alone #calls-both", { functions, toolChoice });

    expect(typesOf(events)[0]).toBe("function_call_started");
    expect(calls.map(({ name }) => name)).toEqual(["note"]);
  });
});
