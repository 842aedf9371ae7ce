import type { ItemStatus, OutputItem, OutputMessage } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";
import type { StreamEvent, StreamEventBody } from "./stream-event.ts";

/** A response as far as it has come, and the number of the event that comes next. */
export type AnswerProjection = {
  readonly response: ResponseObject;
  readonly nextSequence: number;
};

export type Projected = {
  readonly projection: AnswerProjection;
  readonly events: readonly StreamEvent[];
};

/** Collects the events of one fact while the response grows. */
export class EventWriter {
  response: ResponseObject;
  readonly #events: StreamEvent[] = [];
  #nextSequence: number;

  constructor({ response, nextSequence }: AnswerProjection) {
    this.response = response;
    this.#nextSequence = nextSequence;
  }

  projected(): Projected {
    const projection = { response: this.response, nextSequence: this.#nextSequence };
    return { projection, events: this.#events };
  }

  tell(body: StreamEventBody): void {
    this.#events.push({ ...body, sequence_number: this.#nextSequence });
    this.#nextSequence += 1;
  }

  /** `msg_`, `fs_` or `fc_`, then the response's own key and the item's place in it. */
  itemId(prefix: "msg" | "fs" | "fc"): string {
    const place = String(this.response.output.length).padStart(2, "0");
    return `${prefix}_${this.response.id.slice(-24)}${place}`;
  }

  addItem(item: OutputItem): number {
    this.response = { ...this.response, output: [...this.response.output, item] };
    const index = this.response.output.length - 1;
    this.tell({ type: "response.output_item.added", output_index: index, item });
    return index;
  }

  replaceItem(index: number, item: OutputItem): void {
    this.response = { ...this.response, output: this.response.output.with(index, item) };
  }

  endItem(index: number, item: OutputItem): void {
    this.replaceItem(index, item);
    this.tell({ type: "response.output_item.done", output_index: index, item });
  }

  /** The message that text is being added to. It is always the last item. */
  openMessage(): OutputMessage | null {
    const last = this.response.output.at(-1);
    return last?.type === "message" && last.status === "in_progress" ? last : null;
  }

  closeMessage(status: Exclude<ItemStatus, "in_progress">): void {
    const message = this.openMessage();
    if (!message) return;
    this.endPart(message);
    this.endItem(this.response.output.length - 1, { ...message, status });
  }

  endPart(message: OutputMessage): void {
    const part = message.content.at(-1);
    if (!part) return;
    const at = placeOf(this, message);
    if (part.type === "output_text") {
      this.tell({ type: "response.output_text.done", ...at, text: part.text, logprobs: [] });
    } else {
      this.tell({ type: "response.refusal.done", ...at, refusal: part.refusal });
    }
    this.tell({ type: "response.content_part.done", ...at, part });
  }
}

export function placeOf(writer: EventWriter, message: OutputMessage) {
  return {
    item_id: message.id,
    output_index: writer.response.output.length - 1,
    content_index: message.content.length - 1,
  };
}
