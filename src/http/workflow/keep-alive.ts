/** A stream in which nothing happens says so now and then, so that nobody in between closes it. */
const SILENCE_MS_MAX = 15_000;

/** Server-sent events with comments in the silence between them. */
export async function* keepAlive(
  texts: AsyncGenerator<string, void, undefined>,
  silenceMsMax = SILENCE_MS_MAX,
): AsyncGenerator<string, void, undefined> {
  try {
    let next = texts.next();
    for (;;) {
      const told = await within(silenceMsMax, next);
      if (told === null) {
        yield ": nothing happens\n\n";
      } else if (told.done) {
        return;
      } else {
        yield told.value;
        next = texts.next();
      }
    }
  } finally {
    // Not waited for: it may be waiting itself for an event that nobody wants any more.
    void texts.return();
  }
}

/** What a promise comes to, or null when it takes too long. */
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
