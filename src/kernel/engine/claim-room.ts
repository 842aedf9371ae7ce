import type { RunBook } from "../ledger/run-book.ts";
import type { StepHandlers } from "../rules/step-handler.ts";
import type { StepAttempts } from "./step-attempts.ts";

/** A local step's lease; the alarm renews it while the handler runs, which is also the object's heartbeat. */
export const HEARTBEAT_MS = 30_000;
/** Local attempts of one handler that run at a time in one object. */
export const LOCAL_IN_FLIGHT_MAX = 8;

/** How much more a handler may be given to do. */
export class ClaimRoom {
  readonly #handlers: StepHandlers;
  readonly #book: RunBook;
  readonly #attempts: Pick<StepAttempts, "countLive" | "isDispatching">;

  constructor(
    handlers: StepHandlers,
    book: RunBook,
    attempts: Pick<StepAttempts, "countLive" | "isDispatching">,
  ) {
    this.#handlers = handlers;
    this.#book = book;
    this.#attempts = attempts;
  }

  /** Steps of a handler that may be claimed now. */
  of(use: string): number {
    const handler = this.#handlers[use];
    if (handler?.kind !== "dispatched") return LOCAL_IN_FLIGHT_MAX - this.#attempts.countLive(use);
    // What falls due while a batch goes out goes into the next one.
    if (this.#attempts.isDispatching(use)) return 0;
    const room = handler.inFlightMax - this.#book.countClaimed(use);
    if (room > 0 || this.#book.hasClaimed(use)) return room;
    // At its bound with nothing in flight: what was counted was rolled back, or the storage was emptied.
    this.#book.forgetCounts();
    return handler.inFlightMax - this.#book.countClaimed(use);
  }

  isLocal(use: string): boolean {
    return this.#handlers[use]?.kind === "local";
  }

  /** Without an effect outside, so that nothing has to be on disk before it begins. */
  isPure(use: string): boolean {
    const handler = this.#handlers[use];
    return handler?.kind === "local" && handler.pure === true;
  }

  leaseMs(use: string): number {
    const handler = this.#handlers[use];
    return handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
  }
}
