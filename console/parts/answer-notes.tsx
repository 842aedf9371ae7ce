import type { Grounding, ModelResponse } from "../api/operations.ts";
import { countOf } from "../state/words.ts";
import { Note } from "./notice.tsx";
import { Words } from "./text.tsx";

/**
 * Notes about an answer that is partial, abstained, cut, made by another model, or failed. Renders nothing if there are
 * none.
 */
export function AnswerNotes({ response }: { response: ModelResponse }) {
  const notes = listNotes(response);
  if (notes.length === 0) return null;
  return (
    <Note kind="warning">
      <div class="stack">
        {notes.map((note) => (
          <p key={note}>
            <Words of={note} />
          </p>
        ))}
      </div>
    </Note>
  );
}

function listNotes({
  status,
  error,
  incomplete_details: cut,
  grounding,
  degraded,
}: ModelResponse): string[] {
  return [
    ...(error ? [error.message] : []),
    ...(status === "cancelled"
      ? ["The answer was stopped. It is no part of the conversation."]
      : []),
    ...(cut?.reason === "max_output_tokens"
      ? ["The answer was cut at the limit of its length."]
      : []),
    ...(cut?.reason === "content_filter" ? ["The model’s provider has cut the answer."] : []),
    ...(degraded ? [explainDegraded(degraded)] : []),
    ...(grounding ? explainGrounding(grounding) : []),
  ];
}

function explainDegraded({ from, by, reason }: NonNullable<ModelResponse["degraded"]>): string {
  const why = reason.replaceAll("_", " ");
  if (by === "partial_search") {
    return "A part of the documents could not be searched in time, so this answer may lack something. Ask again.";
  }
  if (from === "file_search") {
    return `The embedding model was away (${why}), so the documents were searched by their words alone.`;
  }
  return `The model ${from} was away (${why}), so ${by} has answered in its place.`;
}

function explainGrounding(grounding: Grounding): string[] {
  const { status, citations_removed: removed, sentences_withheld: withheld = 0 } = grounding;
  const rest = [
    ...(removed > 0
      ? [
          `${countOf(removed, "citation")} did not hold and ${removed === 1 ? "was" : "were"} removed`,
        ]
      : []),
    ...(withheld > 0
      ? [
          `${countOf(withheld, "sentence")} ${withheld === 1 ? "was" : "were"} held back, since the documents say otherwise`,
        ]
      : []),
  ];
  const more = rest.length > 0 ? [`${rest.join("; ")}.`] : [];
  switch (status) {
    case "abstained":
      return [
        "The documents do not answer this question. Other documents or other words may help.",
        ...more,
      ];
    case "ungrounded":
      return ["No sentence of this answer is supported by a source. Take it with care.", ...more];
    case "partial":
      return [
        "Only a part of this answer is supported by sources: sentences without a number are not checked.",
        ...more,
      ];
    case "grounded":
      return [];
  }
}
