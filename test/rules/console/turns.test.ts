import { describe, expect, it } from "vitest";

import type { Item } from "../../../console/api/operations.ts";
import { groupTurns, itemsOf, itemsUntil, newTurn, recordOf } from "../../../console/state/turn.ts";

const question = (text: string, response_id: string | null): Item => ({
  id: `msg_${text}`,
  type: "message",
  status: "completed",
  role: "user",
  content: [{ type: "input_text", text }],
  response_id,
});
const answer = (text: string, response_id: string | null): Item => ({
  id: `msg_${text}`,
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
  response_id,
});
const ids = (items: readonly Item[]) => items.map(({ id }) => id);
const asked = (responseId: string | null) => ({ ...newTurn("now", "now"), responseId });
const shapes = (items: readonly Item[]) =>
  groupTurns(items).map((turn) => [turn.question, turn.responseId, turn.output.length]);

describe("the turns of a conversation", () => {
  it("have the response that its items name, also one that wrote nothing", () => {
    expect(
      shapes([question("one", "resp_1"), answer("1", "resp_1"), question("two", "resp_2")]),
    ).toEqual([
      ["one", "resp_1", 1],
      ["two", "resp_2", 0],
    ]);
  });

  it("have none if a client added the items", () => {
    expect(shapes([question("one", null), answer("1", null)])).toEqual([["one", null, 1]]);
  });

  it("show the answer of a request with two questions once", () => {
    expect(
      shapes([question("one", "resp_1"), question("two", "resp_1"), answer("1", "resp_1")]),
    ).toEqual([
      ["one", null, 0],
      ["two", "resp_1", 1],
    ]);
  });
});

const copy = (item: Item, origin_response_id: string | null): Item => ({
  ...item,
  id: `${item.id}_copy`,
  response_id: null,
  origin_response_id,
});
const records = (items: readonly Item[]) =>
  groupTurns(items).map((turn) => [turn.responseId, turn.originId, recordOf(turn)]);

describe("the turns of a fork", () => {
  it("have the record of the original, which is no response of theirs", () => {
    const items = [
      copy(question("one", null), "resp_1"),
      copy(answer("1", null), "resp_1"),
      question("two", "resp_2"),
      answer("2", "resp_2"),
    ];
    expect(records(items)).toEqual([
      [null, "resp_1", "resp_1"],
      ["resp_2", null, "resp_2"],
    ]);
  });

  it("have none if the copies were made by a build that kept none", () => {
    expect(records([copy(question("one", null), null), copy(answer("1", null), null)])).toEqual([
      [null, null, null],
    ]);
  });

  it("show the record of a request with two questions once, as the original does", () => {
    const items = [question("one", null), question("two", null), answer("1", null)];
    expect(records(items.map((item) => copy(item, "resp_1")))).toEqual([
      [null, null, null],
      [null, "resp_1", "resp_1"],
    ]);
  });

  it("have the response that answers here, where the original's question was asked again", () => {
    const repeated: Item = { ...copy(question("one", null), "resp_1"), response_id: "resp_2" };
    expect(records([repeated, answer("1", "resp_2")])).toEqual([["resp_2", null, "resp_2"]]);
  });
});

describe("the items of a turn", () => {
  const items = [
    question("one", "resp_1"),
    answer("1", "resp_1"),
    question("two", null),
    answer("2", null),
    question("three", "resp_3"),
    answer("3", "resp_3"),
  ];
  const [one, two, three] = groupTurns(items);

  it("are those from its question to the next one", () => {
    expect(two && ids(itemsOf(two, items))).toEqual(["msg_two", "msg_2"]);
    expect(three && ids(itemsOf(three, items))).toEqual(["msg_three", "msg_3"]);
    expect(ids(itemsOf(asked("resp_1"), items))).toEqual(["msg_one", "msg_1"]);
  });

  it("are none where nothing of it is in the conversation, never those of another turn", () => {
    expect(itemsOf(asked(null), items)).toEqual([]);
    expect(itemsOf(asked("resp_that_was_stopped"), items)).toEqual([]);
    expect(two && itemsOf(two, items.slice(0, 2))).toEqual([]);
  });

  it("are kept by a fork with all before them, also those that another tab has asked", () => {
    const turns = [one, asked(null), asked("resp_3")].flatMap((turn) => turn ?? []);

    expect(ids(itemsUntil(turns, items))).toEqual(ids(items));
    expect(ids(itemsUntil(turns.slice(0, 2), items))).toEqual(["msg_one", "msg_1"]);
    expect(itemsUntil([asked(null)], items)).toEqual([]);
  });
});
