import type { AnswerEvent, AnswerFinished, AnswerRequest } from "../../answer/answer-request.ts";
import { answeredBy } from "../../answer/answered-by.ts";
import { isNestedDeeper, JSON_DEPTH_MAX } from "../../bounds.ts";
import type { ResponseGrounding, ResponseUsage } from "../../conversation/response-object.ts";
import { renderGrounding, renderUsage } from "../../conversation/settle-response.ts";
import { type StepCitation, toStepCitation } from "./evidence.ts";

/** The output of a `generate@1` step. */
export type GeneratedAnswer = {
  readonly text: string;
  /**
   * The parsed text, if a JSON format was requested and the text is valid JSON, nested at most `JSON_DEPTH_MAX` deep.
   * Otherwise null.
   */
  readonly json: unknown;
  readonly citations: readonly StepCitation[];
  /** The degree to which the passages support the answer; null if the step was given no passages. */
  readonly grounding: ResponseGrounding | null;
  /** The text with which the model refused to answer (`text` is then empty); null if it answered. */
  readonly refusal: string | null;
  readonly incomplete_reason: AnswerFinished["incompleteReason"];
  readonly usage: ResponseUsage;
  /** Name of the model that answered, which may be the built-in one. */
  readonly model: string;
  readonly degraded: AnswerFinished["degraded"];
};

/**
 * Builds the output of a `generate@1` step from the events of its answer. The indexes of a citation are those of the
 * sentence that it supports, without surrounding white space.
 */
export function readAnswer(
  events: readonly AnswerEvent[],
  { model, textFormat }: AnswerRequest,
): GeneratedAnswer {
  let text = "";
  let refusal: string | null = null;
  const citations: StepCitation[] = [];
  for (const event of events) {
    if (event.type === "refusal") refusal = (refusal ?? "") + event.text;
    if (event.type !== "text") continue;
    const start = text.length + event.text.length - event.text.trimStart().length;
    const end = text.length + event.text.trimEnd().length;
    citations.push(...event.citations.map((citation) => toStepCitation(citation, start, end)));
    text += event.text;
  }
  const finished = events.at(-1);
  if (finished?.type !== "finished") throw new Error("The engine ended without saying how");
  const { usage, grounding, degraded, incompleteReason } = finished;
  return {
    text: text.trimEnd(),
    json: textFormat.type === "text" ? null : parsedOrNull(text),
    citations,
    grounding: grounding && renderGrounding(grounding),
    refusal,
    incomplete_reason: incompleteReason,
    usage: renderUsage(usage),
    model: answeredBy(model, degraded),
    degraded,
  };
}

function parsedOrNull(text: string): unknown {
  if (isNestedDeeper(text, JSON_DEPTH_MAX)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
