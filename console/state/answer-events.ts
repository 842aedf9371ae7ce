import type { FileCitation, ModelResponse, OutputItem, OutputText } from "../api/operations.ts";
import type { Turn } from "./turn.ts";

/** An event of the stream of a response, with the members that the screen reads. */
type AnswerEvent =
  | {
      readonly type:
        | "response.created"
        | "response.queued"
        | "response.in_progress"
        | "response.completed"
        | "response.incomplete"
        | "response.failed";
      readonly response: ModelResponse;
    }
  | {
      readonly type: "response.output_item.added" | "response.output_item.done";
      readonly output_index: number;
      readonly item: OutputItem;
    }
  | (Place & { readonly type: "response.content_part.added"; readonly part: Part })
  | (Place & {
      readonly type:
        | "response.output_text.delta"
        | "response.refusal.delta"
        | "response.reasoning_text.delta";
      readonly delta: string;
    })
  | (Place & {
      readonly type: "response.output_text.annotation.added";
      readonly annotation: FileCitation;
    })
  | { readonly type: "error"; readonly message: string };
type Place = { readonly output_index: number; readonly content_index: number };
type Part =
  | OutputText
  | { readonly type: "refusal"; readonly refusal: string }
  | { readonly type: "reasoning_text"; readonly text: string };

/** Returns a turn after an event of its answer. Events that the screen does not read change nothing. */
export function applyEvent(turn: Turn, data: unknown): Turn {
  const event = data as AnswerEvent; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the service's own events
  switch (event.type) {
    case "response.created":
    case "response.queued":
    case "response.in_progress":
      return {
        ...turn,
        state: "answering",
        response: event.response,
        responseId: event.response.id,
      };
    case "response.completed":
    case "response.incomplete":
    case "response.failed": {
      const { response } = event;
      return { ...turn, state: "done", response, responseId: response.id, output: response.output };
    }
    case "response.output_item.added":
    case "response.output_item.done":
      return {
        ...turn,
        state: "answering",
        output: place(turn.output, event.output_index, event.item),
      };
    case "response.content_part.added":
      return changePart(turn, event, () => event.part);
    case "response.output_text.delta":
    case "response.refusal.delta":
    case "response.reasoning_text.delta":
      return changePart(turn, event, (part) => addText(part, event.delta));
    case "response.output_text.annotation.added":
      return changePart(turn, event, (part) =>
        part?.type === "output_text"
          ? { ...part, annotations: [...part.annotations, event.annotation] }
          : part,
      );
    case "error":
      return { ...turn, state: "done", error: new Error(event.message) };
    default:
      return turn;
  }
}

function place<Element>(list: readonly Element[], index: number, element: Element): Element[] {
  const copy = [...list];
  copy[index] = element;
  return copy;
}

function changePart(
  turn: Turn,
  { output_index, content_index }: Place,
  edit: (part: Part | undefined) => Part | undefined,
): Turn {
  const item = turn.output[output_index];
  if (!item || !("content" in item) || !item.content) return turn;
  const parts: readonly Part[] = item.content;
  const part = edit(parts[content_index]);
  if (!part) return turn;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part of the same item
  const changed = { ...item, content: place(parts, content_index, part) } as OutputItem;
  return { ...turn, output: place(turn.output, output_index, changed) };
}

function addText(part: Part | undefined, delta: string): Part | undefined {
  if (part?.type === "refusal") return { ...part, refusal: part.refusal + delta };
  return part && { ...part, text: part.text + delta };
}
