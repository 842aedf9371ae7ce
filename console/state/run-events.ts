import { useEffect } from "preact/hooks";

import { call, open } from "../api/client.ts";
import { readEvents } from "../api/events.ts";
import type { WorkflowRunEvent } from "../api/operations.ts";
import { whileSeen } from "./while-seen.ts";

/** Maximum number of events that are read of one run: more are left to the API. */
const EVENTS_MAX = 1_000;
const PAGE_SIZE = 100;
/** Pause between an event and the reading of the run, so that many events share it, in milliseconds. */
const SETTLE_MS = 250;
/** Pause before a stream that broke is opened again, in milliseconds. */
const AGAIN_MS = 3_000;

/** Reads the log of a run from its beginning, at most 1,000 events of it. */
export async function readRunEvents(
  runId: string,
  signal: AbortSignal,
): Promise<readonly WorkflowRunEvent[]> {
  const events: WorkflowRunEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.sequence_number ?? 0;
    const query = { after, limit: PAGE_SIZE };
    const page = await call("GET /v1/runs/{run_id}/events", {
      path: { run_id: runId },
      query,
      signal,
    });
    events.push(...page.data);
    if (!page.has_more || events.length >= EVENTS_MAX) return events;
  }
}

/** Calls `onChange` shortly after each event of an open run, from the server's stream of events. */
export function useRunEvents(runId: string, isOpen: boolean, after: number, onChange: () => void) {
  useEffect(() => {
    if (!isOpen) return;
    const controller = new AbortController();
    void follow(runId, after, controller.signal, onChange);
    return () => controller.abort();
  }, [runId, isOpen]);
}

async function follow(
  runId: string,
  after: number,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  let last = after;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const change = () => {
    clearTimeout(timer);
    timer = setTimeout(() => signal.aborted || onChange(), SETTLE_MS);
  };
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const seen = await whileSeen(signal);
    // What has happened meanwhile may be the last event.
    if (!isFirst) change();
    try {
      const query = { stream: "true", starting_after: last } as const;
      const path = { run_id: runId };
      const options = { path, query, signal: seen.signal };
      const stream = await open("GET /v1/runs/{run_id}/events", options);
      for await (const { id } of readEvents(stream)) {
        last = Math.max(last, Number(id) || last);
        change();
      }
      return;
    } catch {
      if (!seen.signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    } finally {
      seen.release();
    }
  }
}
