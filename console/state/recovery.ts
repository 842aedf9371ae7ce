import { useEffect, useRef } from "preact/hooks";

import { ApiError, isAway } from "../api/client.ts";
import { isExpired } from "./session.ts";

/** The first and the longest pause before what could not be read is read again, in milliseconds. */
const AGAIN_MS_MIN = 3_000;
const AGAIN_MS_MAX = 60_000;

/** Returns the pause before something is tried again by itself after `tries` such tries, in milliseconds. */
export const pauseAfter = (tries: number): number =>
  Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** tries);

/**
 * Calls `again` for what could not be read, by itself: once somebody has signed in if the session has ended, and from
 * time to time while the service is away, at once when the browser is online again.
 */
export function useRecovery(error: unknown, again: () => void): void {
  const isEnded = error instanceof ApiError && error.status === 401;
  const isOver = isExpired.value;
  const latest = useRef({ again, tries: 0 });
  latest.current.again = again;
  useEffect(() => {
    if (isEnded && !isOver) latest.current.again();
  }, [isOver]);
  useEffect(() => {
    if (!isAway(error)) {
      if (error === undefined) latest.current.tries = 0;
      return;
    }
    const retry = () => {
      latest.current.tries += 1;
      latest.current.again();
    };
    const timer = setTimeout(retry, pauseAfter(latest.current.tries));
    addEventListener("online", retry);
    return () => {
      clearTimeout(timer);
      removeEventListener("online", retry);
    };
  }, [error]);
}
