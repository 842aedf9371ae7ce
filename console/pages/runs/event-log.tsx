import { Component } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { WorkflowRunEvent } from "../../api/operations.ts";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Words } from "../../parts/text.tsx";
import type { RunLog } from "../../state/run-log.ts";
import { formatDuration, formatNumber } from "../../state/words.ts";

/** Distance from the window at which the next page is read. */
const NEAR = "1500px";

type EventLogProps = {
  readonly log: RunLog;
  /** Number of the events that the run has. */
  readonly total: number;
  /** Time of its start, in Unix seconds. */
  readonly begin: number;
};

/**
 * The log of a run: what happened, when after its start, and to which step. It is read as it is looked at, or to its end
 * when that is asked for.
 */
export function EventLog({ log, total, begin }: EventLogProps) {
  const { pages, hasMore, count, error } = log;
  const first = pages[0]?.[0]?.created_at ?? begin;
  const end = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(true);
  const [goesToEnd, setGoesToEnd] = useState(false);
  useEffect(() => {
    const note = ([entry]: IntersectionObserverEntry[]) => setNear(entry?.isIntersecting ?? false);
    const observer = new IntersectionObserver(note, { rootMargin: NEAR });
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (hasMore && error === undefined && (isNear || goesToEnd)) log.more();
  }, [hasMore, error, count, isNear, goesToEnd]);
  useEffect(() => {
    if (!goesToEnd) return;
    end.current?.scrollIntoView({ block: "end" });
    if (!hasMore || error !== undefined) setGoesToEnd(false);
  }, [hasMore, error, count, goesToEnd]);
  return (
    <section class="card stack" aria-label="Log">
      <div>
        {pages.map((events) => (
          <LogPage key={events[0]?.id} events={events} first={first} />
        ))}
      </div>
      <ErrorNotice error={error} retry={log.more} />
      <div ref={end} class="row log-end" role="status">
        {hasMore && count > 0 && (
          <>
            <span class="soft">
              {formatNumber(count)} of {formatNumber(Math.max(total, count))} events
            </span>
            <button type="button" class="button small" onClick={() => setGoesToEnd(true)}>
              Go to the end
            </button>
          </>
        )}
      </div>
    </section>
  );
}

type LogPageProps = { readonly events: readonly WorkflowRunEvent[]; readonly first: number };

/** A page of the log. It never changes, so it is drawn once, however many follow. */
class LogPage extends Component<LogPageProps> {
  override shouldComponentUpdate(next: LogPageProps): boolean {
    return next.events !== this.props.events || next.first !== this.props.first;
  }

  override render({ events, first }: LogPageProps) {
    return (
      <ol class="log" start={events[0]?.sequence_number ?? 1}>
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
    );
  }
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
