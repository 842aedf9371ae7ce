/** A stream without events sends a comment this often, in milliseconds, so that no proxy closes it. */
const SILENCE_MS_MAX = 15_000;

/** Adds comments to server-sent events during silences. */
export async function* keepAlive(
  texts: AsyncGenerator<string, void, undefined>,
  silenceMsMax = SILENCE_MS_MAX,
): AsyncGenerator<string, void, undefined> {
  try {
    let next = texts.next();
    for (;;) {
      const outcome = await within(silenceMsMax, next);
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

/** Returns the promise's value, or null when it takes too long. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
