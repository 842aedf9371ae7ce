import type { AnswerFact } from "./answer-fact.ts";
import type { EventWriter } from "./event-writer.ts";
import type { FunctionCall, MessagePhase } from "./item.ts";

type CallFact = Extract<AnswerFact, { type: `function_call${string}` }>;

/**
 * Applies a fact about a function call to the response: adds or changes the item of the call, and adds the stream
 * events that report this.
 */
export function writeCall(writer: EventWriter, fact: CallFact): void {
  switch (fact.type) {
    case "function_call_started":
      beginCall(writer, fact.callId, fact.name);
      break;
    case "function_call_delta":
      addArguments(writer, fact.callId, fact.delta);
      break;
    case "function_call_ended":
      endCall(writer, fact.callId);
      break;
    case "function_call":
      beginCall(writer, fact.callId, fact.name);
      for (const delta of splitArguments(fact)) addArguments(writer, fact.callId, delta);
      endCall(writer, fact.callId);
      break;
  }
}

/**
 * Ends the function calls that the model began and never completed: their items become `incomplete`, so clients do not
 * run them.
 */
export function abandonCalls(writer: EventWriter): void {
  for (const [index, item] of writer.output.entries()) {
    if (item.type === "function_call" && item.status === "in_progress") {
      writer.endItem(index, { ...item, status: "incomplete" });
    }
  }
}

/**
 * Returns the phase of a message that no call follows. Beside calls that the client has yet to answer, it is not the
 * final answer.
 */
export const lastPhase = ({ output }: Pick<EventWriter, "output">): MessagePhase =>
  output.some((item) => item.type === "function_call" && item.status === "completed")
    ? "commentary"
    : "final_answer";

function beginCall(writer: EventWriter, callId: string, name: string): void {
  writer.closeMessages("completed", "commentary");
  writer.addItem({
    id: writer.itemId("fc"),
    type: "function_call",
    status: "in_progress",
    call_id: callId,
    name,
    arguments: "",
  });
}

function addArguments(writer: EventWriter, callId: string, delta: string): void {
  const open = findOpen(writer, callId);
  if (!open) return;
  const { index, call } = open;
  const at = { output_index: index, item_id: call.id };
  writer.write({ type: "response.function_call_arguments.delta", ...at, delta });
  writer.replaceItem(index, { ...call, arguments: call.arguments + delta });
}

function endCall(writer: EventWriter, callId: string): void {
  const open = findOpen(writer, callId);
  if (!open) return;
  const { index, call } = open;
  writer.write({
    type: "response.function_call_arguments.done",
    output_index: index,
    item_id: call.id,
    name: call.name,
    arguments: call.arguments,
  });
  writer.endItem(index, { ...call, status: "completed" });
}

function findOpen(
  writer: EventWriter,
  callId: string,
): { readonly index: number; readonly call: FunctionCall } | null {
  const index = writer.output.findLastIndex(
    (item) =>
      item.type === "function_call" && item.call_id === callId && item.status === "in_progress",
  );
  const call = writer.output[index];
  return call?.type === "function_call" ? { index, call } : null;
}

/** Splits the arguments of a whole call into the pieces in which they arrived. */
export function splitArguments({
  arguments: whole,
  pieces = [],
}: Extract<CallFact, { type: "function_call" }>): string[] {
  const deltas: string[] = [];
  let from = 0;
  for (const length of pieces) {
    deltas.push(whole.slice(from, from + length));
    from += length;
  }
  return [...deltas, whole.slice(from)].filter((delta) => delta !== "");
}
