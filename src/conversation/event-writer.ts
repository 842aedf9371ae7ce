import type { ItemStatus, MessagePhase, OutputItem, OutputMessage } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";
import type { StreamEvent, StreamEventBody } from "./stream-event.ts";

/**
 * A response object as computed from its answer's log so far, with the data needed to apply further log entries: the
 * number of the next stream event, and the common part of the item ids.
 */
export type AnswerProjection = {
  readonly response: ResponseObject;
  readonly nextSequence: number;
  /** The part of the ids of the response's items between the prefix (`msg_`) and the item's index. */
  readonly itemKey: string;
};

/**
 * The result of applying facts (entries of an answer's log) to a response: the response after them, and the stream
 * events that report the changes.
 */
export type Projected = {
  readonly projection: AnswerProjection;
  readonly events: readonly StreamEvent[];
};

/** Applies changes to a response object and collects the stream events that report these changes to clients. */
export class EventWriter {
  #response: ResponseObject;
  /** The response's output, which changes with every fact. The response itself is assembled on demand. */
  #output: readonly OutputItem[];
  readonly #events: StreamEvent[] = [];
  #nextSequence: number;
  readonly #itemKey: string;

  constructor({ response, nextSequence, itemKey }: AnswerProjection) {
    this.#response = response;
    this.#output = response.output;
    this.#nextSequence = nextSequence;
    this.#itemKey = itemKey;
  }

  /** The response with all changes so far. */
  get response(): ResponseObject {
    if (this.#response.output !== this.#output) {
      this.#response = { ...this.#response, output: this.#output };
    }
    return this.#response;
  }

  /** Replaces the response, including its output. */
  set response(response: ResponseObject) {
    this.#response = response;
    this.#output = response.output;
  }

  /** The response's output with all changes so far. */
  get output(): readonly OutputItem[] {
    return this.#output;
  }

  /** Returns the response after all changes, and the events that were collected. */
  projected(): Projected {
    const projection = {
      response: this.response,
      nextSequence: this.#nextSequence,
      itemKey: this.#itemKey,
    };
    return { projection, events: this.#events };
  }

  /** Adds a stream event, and gives it the next sequence number. */
  write(body: StreamEventBody): void {
    this.#events.push({ ...body, sequence_number: this.#nextSequence });
    this.#nextSequence += 1;
  }

  /**
   * Builds the id of the next item of the output: the prefix and `_`, then the key of the response's items and the
   * item's index in the output.
   */
  itemId(prefix: "msg" | "rs" | "fs" | "fc"): string {
    const place = String(this.#output.length).padStart(2, "0");
    return `${prefix}_${this.#itemKey}${place}`;
  }

  /**
   * Adds an item to the response's output, and the stream event that reports it. Returns the item's index in the
   * output.
   */
  addItem(item: OutputItem): number {
    this.#output = [...this.#output, item];
    const index = this.#output.length - 1;
    this.write({ type: "response.output_item.added", output_index: index, item });
    return index;
  }

  /**
   * Replaces the item at `index` in the response's output. Adds no stream event: the caller adds the one that reports
   * the change.
   */
  replaceItem(index: number, item: OutputItem): void {
    this.#output = this.#output.with(index, item);
  }

  /** Replaces the item at `index` by its final form, and adds the event that reports its end. */
  endItem(index: number, item: OutputItem): void {
    this.replaceItem(index, item);
    this.write({ type: "response.output_item.done", output_index: index, item });
  }

  /** Returns the unfinished message at the end of the output, to which text is appended; null if there is none. */
  openMessage(): OutputMessage | null {
    const last = this.#output.at(-1);
    return last?.type === "message" && last.status === "in_progress" ? last : null;
  }

  /**
   * Ends the text of the unfinished message at the end of the output, if there is one: an item follows that does not
   * show whether the message is the final answer. `closeMessages` ends the message once that is known.
   */
  interruptMessage(): void {
    const message = this.openMessage();
    if (message) this.endPart(message);
  }

  /**
   * Ends all unfinished messages, and adds the events that report this. `status` is that of the message at the end of
   * the output: interrupted ones have their whole text.
   */
  closeMessages(status: Exclude<ItemStatus, "in_progress">, phase: MessagePhase): void {
    const open = this.openMessage();
    if (open) this.endPart(open);
    for (const [index, item] of this.#output.entries()) {
      if (item.type !== "message" || item.status !== "in_progress") continue;
      this.endItem(index, { ...item, status: item === open ? status : "completed", phase });
    }
  }

  /** Adds the stream events that report the end of a message's last content part. */
  endPart(message: OutputMessage): void {
    const part = message.content.at(-1);
    if (!part) return;
    const at = locateMessage(this, message);
    if (part.type === "output_text") {
      this.write({ type: "response.output_text.done", ...at, text: part.text, logprobs: [] });
    } else {
      this.write({ type: "response.refusal.done", ...at, refusal: part.refusal });
    }
    this.write({ type: "response.content_part.done", ...at, part });
  }
}

/**
 * Returns the fields by which stream events refer to the last content part of a message. The message is the last output
 * item.
 */
export function locateMessage(writer: EventWriter, message: OutputMessage) {
  return {
    item_id: message.id,
    output_index: writer.output.length - 1,
    content_index: message.content.length - 1,
  };
}
