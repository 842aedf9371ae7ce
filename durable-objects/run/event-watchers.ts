import type { RunEvent } from "../../src/kernel/rules/run/event.ts";
import { encodeRunEvents } from "../../src/workflow/runs/show-event.ts";

/** Events that are read and sent at a time. */
const PAGE = 100;

export type EventsSource = {
  readonly runId: string;
  eventsAfter(seq: number, limit: number): readonly RunEvent[];
  /** True when nothing more will happen, unless the run is retried. */
  isOver(): boolean;
};

/**
 * The clients that watch a run's events. Each keeps only the number of the last event it was sent, and reads on from
 * the stored ones when it can take more: there is no gap and no double, and a slow reader costs no memory.
 */
export class EventWatchers {
  #news = Promise.withResolvers<void>();
  #isNotifying = false;

  /** Call it when an event is logged. Its transaction may be rolled back, so watchers read once the turn is over. */
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

  /** Streams the events after `after`: the stored ones, then new ones until the run is over. */
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
