import { describe, expect, it } from "vitest";

import type { AnswerFact } from "../../../src/conversation/answer-fact.ts";
import { projectAnswer, projectFacts } from "../../../src/conversation/project-answer.ts";
import {
  call,
  ended,
  failed,
  finished,
  inPieces,
  incomplete,
  KEY,
  reasoning,
  response,
  search,
  text,
} from "./facts.ts";

const messages = (...facts: AnswerFact[]) =>
  projectAnswer(response(), facts, KEY).projection.response.output.flatMap((item) =>
    item.type === "message" ? [item] : [],
  );
const phases = (...facts: AnswerFact[]) => messages(...facts).map(({ phase }) => phase);

const COMMENTARY = ["commentary", "commentary"];
const FINAL = ["final_answer", "final_answer"];
const callInPieces = [...inPieces("call_1", "{", "}"), ended("call_1")];

describe("the phase of a message", () => {
  it("is commentary if a call follows, also after reasoning", () => {
    for (const calls of [[call], callInPieces, search]) {
      const [last] = phases(text("A. "), reasoning("Hm."), ...calls, finished);
      expect(last).toBe("commentary");
      expect(
        phases(text("A. "), reasoning("Hm."), text("B. "), reasoning("Or?"), ...calls, finished),
      ).toEqual(COMMENTARY);
    }
  });

  it("is commentary after a call, which the client has yet to answer", () => {
    expect(phases(text("A. "), call, text("B. "), finished)).toEqual(COMMENTARY);
    expect(phases(call, text("B. "), reasoning("Hm."), text("C. "), finished)).toEqual(COMMENTARY);
    expect(phases(...inPieces("call_1", "{"), text("B. "), finished)).toEqual(["final_answer"]);
  });

  it("is the final answer if only reasoning follows, or more of the answer", () => {
    expect(phases(...search, text("B. "), finished)).toEqual(["final_answer"]);
    expect(phases(text("A. "), reasoning("Hm."), finished)).toEqual(["final_answer"]);
    expect(phases(text("A. "), reasoning("Hm."), text("B. "), finished)).toEqual(FINAL);
  });
});

describe("a message that reasoning interrupts", () => {
  it("ends when a call shows its phase, before the call's item", () => {
    const { events } = projectAnswer(
      response(),
      [text("A. "), reasoning("Hm."), call, finished],
      KEY,
    );
    const outline = events.flatMap((event) =>
      event.type.startsWith("response.output_item") && "item" in event
        ? [`${event.item.type} ${event.type.slice("response.output_item.".length)}`]
        : [],
    );

    expect(outline).toEqual([
      "message added",
      "reasoning added",
      "reasoning done",
      "message done",
      "function_call added",
      "function_call done",
    ]);
  });

  it("has its whole text, however the answer ends", () => {
    for (const end of [failed, incomplete]) {
      const given = [text("A. "), reasoning("Hm."), text("B. "), end];
      expect(messages(...given)).toMatchObject([
        { status: "completed", phase: "final_answer" },
        { status: "incomplete", phase: "final_answer" },
      ]);
    }
  });

  it("ends as it would have, if its facts are applied one by one", () => {
    const facts = [text("A. "), reasoning("Hm."), reasoning("So."), text("B. "), call, finished];
    let { projection } = projectAnswer(response(), [], KEY);
    for (const fact of facts) ({ projection } = projectFacts(projection, [fact]));

    expect(projection).toEqual(projectAnswer(response(), facts, KEY).projection);
  });
});
