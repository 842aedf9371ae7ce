import { useEffect } from "preact/hooks";

import { isMissing, open } from "../api/client.ts";
import { readEvents } from "../api/events.ts";
import { whileSeen } from "./while-seen.ts";

/** Pause between an event and the reading of the run, so that many events share it, in milliseconds. */
const SETTLE_MS = 250;
/** Pause before a stream that broke is opened again, in milliseconds. */
const AGAIN_MS = 3_000;

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
    } catch (error) {
      // The run was deleted, which its reader is to find.
      if (isMissing(error)) return onChange();
      if (!seen.signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    } finally {
      seen.release();
    }
  }
}
