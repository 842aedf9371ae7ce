import { describe, expect, it } from "vitest";

import type { AnswerFact } from "../../../src/conversation/answer-fact.ts";
import { projectAnswer } from "../../../src/conversation/project-answer.ts";
import { AnswerResumption } from "../../../src/conversation/resume-answer.ts";
import { showEvent, readInclude } from "../../../src/conversation/show.ts";
import {
  KEY,
  response,
  text,
  plain,
  finished,
  failed,
  incomplete,
  search,
  call,
  reasoning,
  inPieces,
  ended,
} from "./facts.ts";
import { officialChecks } from "./official-schema.ts";

const ANSWERS: Record<string, AnswerFact[]> = {
  "cited text": [...search, text("It is. "), text("So it is."), finished],
  "reasoning between text and a call": [text("Let me see. "), reasoning("Hm"), call, finished],
  "reasoning between text and a failure": [text("Let me see. "), reasoning("Hm"), failed],
  "a refusal after text": [text("Well. "), { type: "refusal", text: "No." }, finished],
  "a function call": [...search, text("Let me see. "), call, finished],
  "reasoning before, between and after": [
    reasoning("Hm, "),
    reasoning("it is."),
    text("It is. "),
    reasoning("Or?"),
    text("So it is."),
    reasoning("Done"),
    finished,
  ],
  "reasoning that was cut": [reasoning("Hm"), { type: "reasoning_cut" }, text("It is."), finished],
  "reasoning alone, before a failure": [reasoning("Hm"), failed],
  "calls in pieces, at once": [
    text("Let me see. "),
    ...inPieces("call_1", '{"a"', ":1"),
    ...inPieces("call_2", "{"),
    { type: "function_call_delta", callId: "call_1", delta: "}" },
    ended("call_1"),
    { type: "function_call_delta", callId: "call_2", delta: "}" },
    ended("call_2"),
    finished,
  ],
  "a checked call in pieces": [
    { type: "function_call", callId: "call_1", name: "f", arguments: '{"a":1}', pieces: [4, 3] },
    finished,
  ],
  "a call that was cut": [...inPieces("call_1", '{"a"'), incomplete],
  "an interrupted attempt": [text("It is. "), { type: "regenerated" }, text("It was."), finished],
  "a failure in mid-sentence": [{ type: "search_started", queries: ["q"] }, failed],
  "an answer cut short": [text("It is"), incomplete],
  "a cancelled answer": [
    { type: "started" },
    text("It is"),
    { ...failed, outcome: { type: "cancelled" } },
  ],
};

describe("the events of an answer", () => {
  const checks = Object.entries(officialChecks());

  for (const [name, facts] of Object.entries(ANSWERS)) {
    it.each(checks)(`are those of %s: ${name}`, (_source, check) => {
      const { events, projection } = projectAnswer(
        response(name.includes("cancelled")),
        facts,
        KEY,
      );
      for (const event of events) {
        const shown = showEvent(event, readInclude([]));
        expect(check(event.type, shown)).toEqual([]);
      }
      expect(check("Response", projection.response)).toEqual([]);
    });

    it(`are numbered without a gap and the same in every replay: ${name}`, () => {
      const { events } = projectAnswer(response(), facts, KEY);

      expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, n) => n));
      expect(projectAnswer(response(), facts, KEY).events).toEqual(events);
      expect(projectAnswer(response(), facts, KEY).projection.response.output).not.toContainEqual(
        expect.objectContaining({ status: "in_progress" }),
      );
    });
  }

  it("come in the order of the Responses API", () => {
    const { events } = projectAnswer(response(), [...search, text("It is."), finished], KEY);

    expect(events.map((event) => event.type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "file_search_call.in_progress",
      "file_search_call.searching",
      "file_search_call.completed",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.annotation.added",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
  });

  it("show extension members on request only, but always the model's substitute", () => {
    const { projection, events } = projectAnswer(response(), [text("It is."), finished], KEY);
    const last = events.at(-1);
    const official = last && JSON.stringify(showEvent(last, readInclude([])));
    const rich = last && JSON.stringify(showEvent(last, readInclude(["edgewise.grounding"])));

    expect(official).not.toMatch(/quote|grounding/);
    expect(official).toContain('"degraded":{"from":"m","by":"extractive-1","reason":"timeout"}');
    expect(rich).toMatch(/"quote":"It is."/);
    expect(projection.response.model).toBe("extractive-1");
  });

  it("give a citation the span of its sentence, without the space after it", () => {
    const { projection } = projectAnswer(
      response(),
      [text("It is. "), text("So. "), finished],
      KEY,
    );
    const [message] = projection.response.output;
    const part = message?.type === "message" && message.content[0];

    expect(part && "annotations" in part && part.annotations).toMatchObject([
      { start_index: 0, end_index: 6, index: 0 },
      { start_index: 7, end_index: 10, index: 0 },
    ]);
  });
});

const outputOf = (...facts: AnswerFact[]) =>
  projectAnswer(response(), facts, KEY).projection.response.output;

describe("the items of an answer", () => {
  it("have the reasoning apart from the messages, which end where it begins", () => {
    expect(
      outputOf(reasoning("Hm, "), reasoning("yes."), text("A. "), reasoning("Or?"), finished),
    ).toMatchObject([
      {
        id: expect.stringMatching(/^rs_/),
        type: "reasoning",
        status: "completed",
        summary: [],
        content: [{ type: "reasoning_text", text: "Hm, yes." }],
      },
      { type: "message", phase: "final_answer", content: [{ text: "A. " }] },
      { type: "reasoning", status: "incomplete", content: [{ text: "Or?" }] },
    ]);
  });

  it("have a call that was cut as incomplete", () => {
    expect(outputOf(...inPieces("call_1", '{"a"'), incomplete)).toMatchObject([
      { type: "function_call", status: "incomplete", arguments: '{"a"' },
    ]);
  });

  it("have the pieces of a checked call as its deltas", () => {
    const { events } = projectAnswer(response(), ANSWERS["a checked call in pieces"] ?? [], KEY);
    const deltas = events.flatMap((event) => ("delta" in event ? [event.delta] : []));
    expect(deltas).toEqual(['{"a"', ":1}"]);
  });
});

describe("an answer that is generated again after an interruption", () => {
  const [a, b, c] = [text("A. "), text("B. "), text("C. ")];

  it("continues where the first attempt stopped when the text is the same", () => {
    expect(resume([...search, a], [...search, a, b])).toEqual([b]);
    expect(resume([a, b], [a, b])).toEqual([]);
  });

  it("begins a new message with the complete text when the text differs", () => {
    expect(resume([...search, a, b], [...search, a, c])).toEqual([{ type: "regenerated" }, a, c]);
    expect(resume([a, b], [a])).toEqual([{ type: "regenerated" }, a]);
  });

  it("compares text, not the pieces in which it arrived", () => {
    expect(resume([plain("Wat"), plain("er i")], [plain("Water is"), plain(" wet")])).toEqual([
      plain("s"),
      plain(" wet"),
    ]);
    expect(resume([plain("Water i")], [plain("Wa"), plain("y")])).toEqual([
      { type: "regenerated" },
      plain("Wa"),
      plain("y"),
    ]);
  });

  it("does not repeat a function call that the client has seen", () => {
    const again: AnswerFact = { ...call, callId: "call_2" };
    expect(resume([call], [again])).toEqual([]);
  });

  it("continues a call in pieces, under the id that the client has", () => {
    const again = [...inPieces("call_2", '{"a":1', ',"b"', ":2}"), ended("call_2")];
    expect(resume(inPieces("call_1", '{"a"', ":1,"), again)).toEqual([
      { type: "function_call_delta", callId: "call_1", delta: '"b"' },
      { type: "function_call_delta", callId: "call_1", delta: ":2}" },
      ended("call_1"),
    ]);
    expect(resume(inPieces("call_1", '{"a"'), inPieces("call_2", '{"b"'))).toEqual([
      { type: "regenerated" },
      ...inPieces("call_2", '{"b"'),
    ]);
  });

  it("compares a whole call with one in pieces", () => {
    const pieces = [...inPieces("call_2", "{", "}"), ended("call_2")];
    expect(resume([call], [...pieces, a])).toEqual([a]);
    expect(resume(pieces, [call, a])).toEqual([a]);
    expect(resume(inPieces("call_2", "{"), [call, a])).toEqual([
      { type: "function_call_delta", callId: "call_2", delta: "}" },
      ended("call_2"),
      a,
    ]);
    expect(resume([call], [{ ...call, name: "g" }, a])).toEqual([
      { type: "regenerated" },
      { type: "function_call_started", callId: "call_1", name: "g" },
      { type: "function_call_delta", callId: "call_1", delta: "{}" },
      ended("call_1"),
      a,
    ]);
  });

  it("compares reasoning as one text, and does not repeat it", () => {
    const sent = [reasoning("Hm, "), reasoning("ye")];
    expect(resume(sent, [reasoning("Hm"), reasoning(", yes"), a])).toEqual([reasoning("s"), a]);
    expect(resume([reasoning("Hm"), a], [reasoning("Hm"), b])).toEqual([
      { type: "regenerated" },
      b,
    ]);
  });

  it("compares with the last attempt only when there were several", () => {
    expect(resume([a, { type: "regenerated" }, b], [b, c])).toEqual([c]);
  });
});

function resume(sent: AnswerFact[], again: AnswerFact[]): AnswerFact[] {
  const resumption = new AnswerResumption(sent);
  return [...again.flatMap((fact) => resumption.next(fact)), ...resumption.end()];
}
