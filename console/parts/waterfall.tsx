import type { WorkflowRunEvent } from "../api/operations.ts";
import { formatDuration } from "../state/words.ts";

/** A stretch of time of a step, in milliseconds from the beginning of its run. */
export type Bar = {
  readonly key: number;
  readonly step: string;
  readonly from: number;
  readonly to: number;
  readonly state: "completed" | "failed" | "open";
};

/** The time of a run by its steps, from its log. */
export function Waterfall({ events }: { events: readonly WorkflowRunEvent[] }) {
  const bars = readBars(events);
  if (bars.length === 0) return null;
  const whole = Math.max(1, ...bars.map(({ to }) => to));
  return (
    <section class="card stack" aria-label="Waterfall">
      <h2>Where the time went</h2>
      <ol class="waterfall">
        {bars.map(({ key, step, from, to, state }) => (
          <li key={key}>
            <bdi class="small">{step}</bdi>
            <span class="waterfall-line">
              <span
                class={`waterfall-bar waterfall-${state}`}
                style={{
                  left: `${(from / whole) * 100}%`,
                  width: `${Math.max(0.5, ((to - from) / whole) * 100)}%`,
                }}
              />
            </span>
            <span class="soft small number">{formatDuration(to - from)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/**
 * Reads the bars of a run's steps. A step whose start is not in the log, since it was stored with its end, began when the
 * event before it ended.
 */
export function readBars(events: readonly WorkflowRunEvent[]): Bar[] {
  const begin = events[0]?.created_at ?? 0;
  const begun = new Map<string, number>();
  const bars: Bar[] = [];
  let last = begin;
  for (const { type, step, created_at: at, sequence_number: key } of events) {
    if (step !== null && type === "step.started") begun.set(step, at);
    if (step !== null && (type === "step.completed" || type === "step.failed")) {
      const from = begun.get(step) ?? last;
      const state = type === "step.failed" ? "failed" : "completed";
      bars.push({ key, step, from: (from - begin) * 1000, to: (at - begin) * 1000, state });
      begun.delete(step);
    }
    last = at;
  }
  for (const [step, from] of begun) {
    bars.push({
      key: -bars.length - 1,
      step,
      from: (from - begin) * 1000,
      to: (last - begin) * 1000,
      state: "open",
    });
  }
  return bars;
}
