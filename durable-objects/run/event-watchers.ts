import type { RunEvent } from "../../src/kernel/rules/run/event.ts";
import { encodeEvents } from "../../src/workflow/runs/show-event.ts";

/** Events that are read and sent at a time. */
const PAGE = 100;

export type EventsSource = {
  readonly runId: string;
  eventsAfter(seq: number, limit: number): readonly RunEvent[];
  /** Nothing more will happen, unless the run is taken up again. */
  isOver(): boolean;
};

/**
 * Those who watch a run. Each has nothing but the number of the last event it was sent, and reads on from the stored
 * ones when it can take more: there is no gap and no double, and a slow reader costs no memory.
 */
export class EventWatchers {
  #news = Promise.withResolvers<void>();
  #isTold = false;

  /** Something was logged. What is rolled back was not, so watchers look once the turn is over. */
  tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      const told = this.#news;
      this.#news = Promise.withResolvers();
      told.resolve();
    });
  }

  /** The events after `after`: first those that were, then those that come, until the run is over. */
  watch(source: EventsSource, after: number): ReadableStream<Uint8Array> {
    let last = after;
    const gone = new AbortController();
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        while (!gone.signal.aborted) {
          // Taken before reading and in the same turn, so that nothing is logged in between.
          const news = this.#news.promise;
          const events = source.eventsAfter(last, PAGE);
          if (events.length > 0) {
            last = events.at(-1)?.seq ?? last;
            controller.enqueue(encodeEvents(source.runId, events));
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
