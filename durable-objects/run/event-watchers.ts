import type { RunEvent } from "../../src/kernel/rules/run/event.ts";
import { encodeRunEvents } from "../../src/workflow/runs/show-event.ts";

/** Number of events that are read and sent at a time. */
const PAGE = 100;

/** A run whose events clients watch. */
export type EventsSource = {
  readonly runId: string;
  eventsAfter(seq: number, limit: number): readonly RunEvent[];
  /** Tests whether the run has settled, so that its streams of events end. A retry may add events later. */
  isOver(): boolean;
};

/**
 * Streams the events of runs to the clients that watch them. Of each client only the number of its last event is kept;
 * when it can receive more, the next events are read from storage. So no event is missed or repeated, and a slow client
 * costs no memory.
 */
export class EventWatchers {
  #news = Promise.withResolvers<void>();
  #isNotifying = false;

  /**
   * Wakes the watchers because an event was logged. They read in a later turn, since the transaction may be rolled
   * back.
   */
  notify(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      const news = this.#news;
      this.#news = Promise.withResolvers();
      news.resolve();
    });
  }

  /**
   * Streams the events of a run with a number greater than `after`: the stored ones, then new ones until the run
   * settles.
   */
  watch(source: EventsSource, after: number): ReadableStream<Uint8Array> {
    let last = after;
    const gone = new AbortController();
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        while (!gone.signal.aborted) {
          // Read before the events and in the same turn, so that no event is logged in between.
          const news = this.#news.promise;
          const events = source.eventsAfter(last, PAGE);
          if (events.length > 0) {
            last = events.at(-1)?.seq ?? last;
            controller.enqueue(encodeRunEvents(source.runId, events));
            return;
          }
          if (source.isOver()) {
            controller.close();
            controller.byobRequest?.respond(0);
            return;
          }
          await news;
        }
      },
      cancel: () => gone.abort(),
    });
  }
}
