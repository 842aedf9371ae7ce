import type { WorkflowRunEvent } from "../../api/operations.ts";
import { Words } from "../../parts/text.tsx";
import { formatDuration } from "../../state/words.ts";

/** Number of events from which on the log may be cut. */
const EVENTS_SHOWN = 1_000;

/** The log of a run: what happened, when after its start, and to which step. `begin` is in Unix seconds. */
export function EventLog({
  events,
  begin,
}: {
  events: readonly WorkflowRunEvent[];
  begin: number;
}) {
  const first = events[0]?.created_at ?? begin;
  return (
    <section class="card stack" aria-label="Log">
      <ol class="log">
        {events.map((event) => (
          <li key={event.id}>
            <span class="soft small number">{event.sequence_number}</span>
            <span class="soft small number">
              +{formatDuration(Math.max(0, (event.created_at - first) * 1000))}
            </span>
            <span>{event.type.replaceAll(/[._]/g, " ")}</span>
            <span>
              {event.step !== null && <b>{event.step}</b>}{" "}
              <span class="soft">
                <Words of={explain(event)} />
              </span>
            </span>
          </li>
        ))}
      </ol>
      {events.length >= EVENTS_SHOWN && (
        <p class="soft">
          These are the first {events.length} events. Copy the request as curl for the others.
        </p>
      )}
    </section>
  );
}

function explain({ detail }: WorkflowRunEvent): string {
  if (!detail) return "";
  const parts = [
    detail.message,
    detail.signal && `signal ${detail.signal}`,
    detail.actor && `by ${detail.actor}`,
    detail.reason,
    detail.waits_for && `waits for ${detail.waits_for}`,
    detail.attempt !== undefined && detail.attempt > 1 && `attempt ${detail.attempt}`,
    detail.use && `with ${detail.use}`,
  ];
  return parts.filter(Boolean).join(", ");
}
