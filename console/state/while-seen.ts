import { isExpired, untilSignedIn } from "./session.ts";

/** The right to have a stream: `signal` is aborted when it ends, and `release` gives it back. */
type Seen = { readonly signal: AbortSignal; readonly release: () => void };

/**
 * Waits until the page is seen and somebody is signed in, or `ended` is aborted. The signal that is returned lasts as
 * long as that: a browser has few connections, so a hidden page has no stream, nor does one whose session has ended.
 */
export async function whileSeen(ended: AbortSignal): Promise<Seen> {
  await untilSeen(ended);
  await untilSignedIn();
  const stream = new AbortController();
  const stop = () => stream.abort();
  const stopHidden = () => document.hidden && stop();
  if (ended.aborted) stop();
  ended.addEventListener("abort", stop);
  document.addEventListener("visibilitychange", stopHidden);
  const unsubscribe = isExpired.subscribe((expired) => expired && stop());
  const release = () => {
    ended.removeEventListener("abort", stop);
    document.removeEventListener("visibilitychange", stopHidden);
    unsubscribe();
  };
  return { signal: stream.signal, release };
}

/** Waits until the page is seen, or the signal is aborted. */
async function untilSeen(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      document.removeEventListener("visibilitychange", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    document.addEventListener("visibilitychange", go);
    signal.addEventListener("abort", go);
  });
}
