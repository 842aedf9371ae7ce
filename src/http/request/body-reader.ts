import type { Refusal } from "../../refusal.ts";
import { BrokenBody } from "./inflate-body.ts";
import { openPartReader, type PartReader } from "./part-reader.ts";

/** Maximum milliseconds between two parts of a body. */
const SILENCE_MS_MAX = 15_000;
/** The ticks of the watching timer in that time. */
const SILENT_TICKS = 4;

/** Thrown when the body of a request ends early or stalls. `refusal` is the error response to its sender. */
export class BodyIncomplete extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * Reads the body of a request in parts, with time limits, since the sender may be slow, stop, or disconnect. One timer
 * at a time watches all reads, since one for each part takes longer than to read a small part. It finds silence up to a
 * quarter late.
 */
export class BodyReader {
  readonly #body: ReadableStream<Uint8Array>;
  readonly #totalMs: number;
  readonly #silenceMs: number;
  #stopReason: Error | null = null;
  #stopRead: ((reason: Error) => void) | null = null;
  /** The number of reads that have begun. */
  #reads = 0;

  constructor(body: ReadableStream<Uint8Array>, totalMs: number, silenceMs = SILENCE_MS_MAX) {
    this.#body = body;
    this.#totalMs = totalMs;
    this.#silenceMs = silenceMs;
  }

  /** Sets a time limit: `chunks` throws `reason` in `ms` milliseconds from now, even while it waits for the sender. */
  stopIn(ms: number, reason: Error): void {
    setTimeout(() => this.#stop(reason), ms);
  }

  /** Yields the chunks of the body as they arrive. Throws `BodyIncomplete` if the body ends early or stalls. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = openPartReader(this.#body);
    const stopWatching = this.#watch();
    let isBroken = false;
    try {
      for (;;) {
        const { done, value } = await this.#readOrStop(reader);
        if (done) return;
        yield value;
      }
    } catch (error) {
      isBroken = true;
      throw error;
    } finally {
      stopWatching();
      // Not awaited: the sender may never answer, and nothing depends on it.
      if (isBroken) reader.cancel().catch(() => {});
      else reader.releaseLock();
    }
  }

  /** Stops the reading when the body takes too long, or one read does. Returns the function that ends the watch. */
  #watch(): () => void {
    const tickMs = Math.min(this.#silenceMs / SILENT_TICKS, this.#totalMs);
    let ticks = 0;
    let silent = 0;
    let reads = 0;
    const tick = () => {
      ticks += 1;
      silent = this.#stopRead !== null && this.#reads === reads ? silent + 1 : 0;
      reads = this.#reads;
      if (ticks * tickMs >= this.#totalMs) this.#stop(new BodyIncomplete(this.#tooSlow()));
      else if (silent === SILENT_TICKS) this.#stop(new BodyIncomplete(this.#silent()));
      else timer = setTimeout(tick, tickMs);
    };
    let timer = setTimeout(tick, tickMs);
    return () => clearTimeout(timer);
  }

  #stop(reason: Error): void {
    this.#stopReason = reason;
    this.#stopRead?.(reason);
  }

  /** Reads the next part until `#stop` ends it. Each read has a promise of its own: one of all would keep every part. */
  async #readOrStop(reader: PartReader) {
    if (this.#stopReason) throw this.#stopReason;
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    this.#stopRead = reject;
    this.#reads += 1;
    try {
      return await Promise.race([stopped, readOrRefuse(reader)]);
    } finally {
      this.#stopRead = null;
    }
  }

  #silent(): Refusal {
    return late(`Nothing of the body arrived for ${this.#silenceMs / 1000} seconds.`);
  }

  #tooSlow(): Refusal {
    return late(`The body did not arrive within ${this.#totalMs / 60_000} minutes.`);
  }
}

const late = (what: string): Refusal => ({
  code: "request_timeout",
  message: `${what} Send the request again.`,
});

/** Reads the next part. A connection that breaks is the sender's doing, and not a failure of the service. */
async function readOrRefuse(reader: PartReader) {
  try {
    return await reader.read();
  } catch (error) {
    const message =
      error instanceof BrokenBody
        ? error.message
        : "The body broke off before its end. Send the request again.";
    throw new BodyIncomplete({ code: "invalid_request", message });
  }
}
