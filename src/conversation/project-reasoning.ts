import type { EventWriter } from "./event-writer.ts";
import type { ItemStatus, ReasoningItem } from "./item.ts";

/**
 * Appends text to the reasoning item at the end of the response's output, or to a new one, and adds the stream events.
 */
export function writeReasoning(writer: EventWriter, text: string): void {
  const item = openReasoning(writer) ?? beginReasoning(writer);
  const at = locateReasoning(writer, item);
  writer.write({ type: "response.reasoning_text.delta", ...at, delta: text });
  const said = (item.content?.[0]?.text ?? "") + text;
  writer.replaceItem(at.output_index, {
    ...item,
    content: [{ type: "reasoning_text", text: said }],
  });
}

/** Ends the unfinished reasoning item of the response's output, if there is one, and adds the stream events. */
export function closeReasoning(
  writer: EventWriter,
  status: Exclude<ItemStatus, "in_progress">,
): void {
  const item = openReasoning(writer);
  const part = item?.content?.[0];
  if (!item || !part) return;
  const at = locateReasoning(writer, item);
  writer.write({ type: "response.reasoning_text.done", ...at, text: part.text });
  writer.write({ type: "response.content_part.done", ...at, part });
  writer.endItem(at.output_index, { ...item, status });
}

function beginReasoning(writer: EventWriter): ReasoningItem {
  // Its text may be followed by more of the answer or by a call, which decides its phase.
  writer.interruptMessage();
  const item: ReasoningItem = {
    id: writer.itemId("rs"),
    type: "reasoning",
    status: "in_progress",
    summary: [],
    content: [],
  };
  writer.addItem(item);
  const part = { type: "reasoning_text", text: "" } as const;
  writer.write({ type: "response.content_part.added", ...locateReasoning(writer, item), part });
  return item;
}

/** Reasoning is open while it is the last item. */
function openReasoning(writer: EventWriter): ReasoningItem | null {
  const last = writer.output.at(-1);
  return last?.type === "reasoning" && last.status === "in_progress" ? last : null;
}

const locateReasoning = (writer: EventWriter, item: ReasoningItem) => ({
  item_id: item.id,
  output_index: writer.output.length - 1,
  content_index: 0,
});
