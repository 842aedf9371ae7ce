import { describe, expect, it } from "vitest";

import type { Item } from "../../../console/api/operations.ts";
import { groupTurns } from "../../../console/state/turn.ts";

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
