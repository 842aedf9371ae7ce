import { withDeadline } from "../../abort.ts";

/** A stream without events sends a comment this often, in milliseconds, so that no proxy closes it. */
const SILENCE_MS_MAX = 15_000;

/**
 * Passes on the server-sent events that `texts` yields. After every `silenceMsMax` milliseconds without an event it
 * adds a comment, so that proxies do not close the connection.
 */
export async function* keepAlive(
  texts: AsyncGenerator<string, void, undefined>,
  silenceMsMax = SILENCE_MS_MAX,
): AsyncGenerator<string, void, undefined> {
  try {
    let next = texts.next();
    for (;;) {
      const outcome = await withDeadline(next, silenceMsMax, () => null);
      if (outcome === null) {
        yield ": nothing happens\n\n";
      } else if (outcome.done) {
        return;
      } else {
        yield outcome.value;
        next = texts.next();
      }
    }
  } finally {
    // Not awaited: the generator may itself be waiting for an event that is no longer needed.
    void texts.return();
  }
}
