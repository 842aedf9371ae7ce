import { describe, expect, it } from "vitest";

import type { ConversationResponse, Item } from "../../../console/api/operations.ts";
import { applyEvent } from "../../../console/state/answer-events.ts";
import { listApart, mergeTurns, orderTurns } from "../../../console/state/merge-turns.ts";
import { newTurn, type Turn } from "../../../console/state/turn.ts";

const item = (text: string, response_id: string | null, role: "user" | "assistant"): Item => {
  const base = { id: `msg_${text}`, type: "message", status: "completed", response_id } as const;
  return role === "user"
    ? { ...base, role, content: [{ type: "input_text", text }] }
    : { ...base, role, content: [{ type: "output_text", text, annotations: [], logprobs: [] }] };
};
const exchange = (text: string, id: string | null) => [
  item(text, id, "user"),
  item(`${text}!`, id, "assistant"),
];
const listed = (id: string, status: ConversationResponse["status"]): ConversationResponse => ({
  id,
  object: "response",
  status,
  background: true,
  created_at: 1,
  ended_at: null,
});
const apart = (id: string, state: Turn["state"] = "done"): Turn => ({
  ...newTurn(id, `about ${id}`),
  responseId: id,
  state,
});
const unsent = (key: string, state: Turn["state"] = "sending"): Turn => ({
  ...newTurn(key, key),
  state,
});
const FOUR = ["resp_1", "resp_2", "resp_3", "resp_4"].map((id) => listed(id, "cancelled"));
const names = (turns: readonly Turn[]) =>
  turns.map(({ responseId, question, key }) => responseId ?? (question || key));

describe("the responses that are turns without items", () => {
  it("are those that are open, were stopped, or have failed", () => {
    const responses = [
      listed("resp_1", "completed"),
      listed("resp_2", "cancelled"),
      listed("resp_3", "failed"),
      listed("resp_4", "incomplete"),
      listed("resp_5", "in_progress"),
      listed("resp_6", "queued"),
    ];

    expect(listApart(exchange("one", "resp_1"), responses).map(({ id }) => id)).toEqual([
      "resp_2",
      "resp_3",
      "resp_5",
      "resp_6",
    ]);
  });

  it("are not those whose items have come since the list was read", () => {
    expect(listApart(exchange("one", "resp_1"), [listed("resp_1", "in_progress")])).toEqual([]);
  });

  it("stand where they were asked", () => {
    const items = [...exchange("one", "resp_1"), ...exchange("three", "resp_3")];

    expect(names(orderTurns(items, [apart("resp_2"), apart("resp_4")], FOUR))).toEqual([
      "resp_1",
      "resp_2",
      "resp_3",
      "resp_4",
    ]);
  });

  it("stand after what a fork has copied, which names no response", () => {
    const items = [...exchange("one", null), ...exchange("three", "resp_3")];

    expect(names(orderTurns(items, [apart("resp_2"), apart("resp_4")], FOUR))).toEqual([
      "one",
      "resp_2",
      "resp_3",
      "resp_4",
    ]);
  });
});

describe("turns that were read again", () => {
  it("bring what was asked elsewhere, before what is being sent here", () => {
    const shown = [apart("resp_1"), unsent("mine")];
    const read = [apart("resp_1"), apart("resp_2", "waiting")];

    expect(names(mergeTurns(shown, read, []))).toEqual(["resp_1", "resp_2", "mine"]);
  });

  it("leave out what was deleted elsewhere", () => {
    const shown = [apart("resp_1"), apart("resp_2")];

    expect(names(mergeTurns(shown, [apart("resp_1")], FOUR))).toEqual(["resp_1"]);
  });

  it("do not take away what was asked here since they were read, nor what could not be sent", () => {
    const shown = [apart("resp_1"), unsent("failed", "done"), apart("resp_3", "answering")];

    expect(names(mergeTurns(shown, [apart("resp_1")], FOUR.slice(0, 1)))).toEqual([
      "resp_1",
      "failed",
      "resp_3",
    ]);
    expect(names(mergeTurns(shown, [], FOUR.slice(0, 1)))).toEqual(["failed", "resp_3"]);
  });

  it("keep a turn that is shown as it is, and learn the item of its question", () => {
    const [first] = orderTurns(exchange("one", "resp_1"), [], []);
    const answered = { ...apart("resp_1"), key: "mine", output: first?.output ?? [] };
    const merged = mergeTurns([answered], first ? [first] : [], FOUR);

    expect(merged).toEqual([{ ...answered, questionId: "msg_one" }]);
    expect(merged[0]?.output).toBe(answered.output);
    expect(mergeTurns(merged, first ? [first] : [], FOUR)[0]).toBe(merged[0]);
  });

  it("keep the events of an answer that is followed here, whatever the list says", () => {
    const followed = { ...apart("resp_1", "answering"), output: [] };

    expect(mergeTurns([followed], [apart("resp_1", "waiting")], FOUR)[0]).toBe(followed);
    expect(mergeTurns([followed], [apart("resp_1", "done")], FOUR)[0]).toBe(followed);
  });

  it("show what has become of an answer that could not be followed to its end", () => {
    const read = orderTurns(exchange("one", "resp_1"), [], []);
    const begun = applyEvent(apart("resp_1"), {
      type: "response.created",
      response: { id: "resp_1" },
    });
    const output = read.flatMap((turn) => turn.output);
    const lost: Turn = { ...begun, key: "shown", output, state: "done", error: new Error("Gone") };

    expect(mergeTurns([lost], read, FOUR)).toEqual([{ ...read[0], key: "shown" }]);
  });

  it("end what has waited here, and was answered or stopped elsewhere", () => {
    const waiting = { ...apart("resp_1", "waiting"), key: "shown" };
    const read = orderTurns(exchange("one", "resp_1"), [], []);

    expect(mergeTurns([waiting], read, FOUR)).toEqual([{ ...read[0], key: "shown" }]);
    expect(mergeTurns([waiting], [apart("resp_1")], FOUR)[0]?.state).toBe("done");
  });
});
