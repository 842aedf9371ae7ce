import type { AnswerFact } from "../../../src/conversation/answer-fact.ts";
import type { AnswerProjection } from "../../../src/conversation/event-writer.ts";
import { beginProjection, projectFacts } from "../../../src/conversation/project-answer.ts";
import type { ResponseObject } from "../../../src/conversation/response-object.ts";
import { type Shown, showEvent } from "../../../src/conversation/show.ts";
import type { StreamEvent } from "../../../src/conversation/stream-event.ts";

/** A subscriber that is this far behind is dropped. It can reconnect for the rest. */
const BEHIND_BYTES_MAX = 1024 * 1024;

type Subscriber = {
  readonly controller: ReadableByteStreamController;
  readonly shown: Shown;
};

/**
 * The answer of a response in progress, kept in memory, with the clients that receive its events. It is a cache of the
 * stored facts (the answer's log). Events are sent in the same turn of the event loop in which their facts are stored;
 * the platform's output gate holds the events back until the facts are on disk.
 */
export class AnswerStream {
  #projection: AnswerProjection;
  /** All events so far, for late subscribers. */
  readonly #events: StreamEvent[];
  readonly #facts: AnswerFact[] = [];
  readonly #subscribers = new Set<Subscriber>();
  readonly #settled = Promise.withResolvers<void>();

  /** `itemKey` is in the ids of its items. */
  constructor(response: ResponseObject, itemKey: string, facts: readonly AnswerFact[]) {
    const begun = beginProjection(response, itemKey);
    this.#projection = begun.projection;
    this.#events = [...begun.events];
    this.push(facts);
  }

  /** The response with all events so far applied. */
  get response(): ResponseObject {
    return this.#projection.response;
  }

  /** All facts (entries of the answer's log) so far, in order. */
  get facts(): readonly AnswerFact[] {
    return this.#facts;
  }

  /** True while a client reads the events. */
  get isWatched(): boolean {
    return this.#subscribers.size > 0;
  }

  /** Resolves when the answer has ended, or when the response is erased. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /**
   * Adds facts (entries of the answer's log) that were stored in this turn of the event loop, and sends their events to
   * all subscribers.
   */
  push(facts: readonly AnswerFact[]): void {
    const { projection, events } = projectFacts(this.#projection, facts);
    this.#projection = projection;
    for (const event of events) this.#events.push(event);
    for (const fact of facts) this.#facts.push(fact);
    for (const subscriber of this.#subscribers) this.#send(subscriber, events);
    if (facts.at(-1)?.type === "settled") this.end();
  }

  /** Closes the streams of all subscribers. */
  end(): void {
    for (const { controller } of this.#subscribers) controller.close();
    this.#subscribers.clear();
    this.#settled.resolve();
  }

  /**
   * Returns a stream of the events with a number greater than `after`. Stored events are replayed in the same turn of
   * the event loop in which the subscriber is added, so that it misses none.
   */
  subscribe(after: number, shown: Shown): ReadableStream<Uint8Array> {
    let subscriber: Subscriber | undefined;
    return new ReadableStream({
      type: "bytes",
      start: (controller) => {
        subscriber = { controller, shown };
        this.#subscribers.add(subscriber);
        this.#send(
          subscriber,
          this.#events.filter((event) => event.sequence_number > after),
        );
      },
      cancel: () => {
        if (subscriber) this.#subscribers.delete(subscriber);
      },
    });
  }

  #send(subscriber: Subscriber, events: readonly StreamEvent[]): void {
    if (events.length === 0) return;
    const { controller, shown } = subscriber;
    // Drops the subscriber, because an unread stream would be buffered in memory without a limit.
    if ((controller.desiredSize ?? 0) < -BEHIND_BYTES_MAX) {
      this.#subscribers.delete(subscriber);
      controller.close();
      return;
    }
    controller.enqueue(encodeAnswerEvents(events, shown));
  }
}

/**
 * Encodes stream events of a response as server-sent events. The `id` of each is the event's number, which a client
 * sends back as `starting_after` to continue after that event.
 */
export function encodeAnswerEvents(events: readonly StreamEvent[], shown: Shown): Uint8Array {
  const blocks = events.map((event) => {
    const data = JSON.stringify(showEvent(event, shown));
    return `event: ${event.type}\nid: ${event.sequence_number}\ndata: ${data}\n\n`;
  });
  return new TextEncoder().encode(blocks.join(""));
}

/** Makes a byte stream that yields `bytes` and closes. */
export const streamBytes = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    type: "bytes",
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
