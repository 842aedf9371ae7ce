import type {
  ClientConnection,
  ResponseCommand,
} from "../../../src/conversation/conversation-client.ts";
import {
  CLIENT_LEFT,
  TURN_WAIT_MS_MAX,
  WAITED_TOO_LONG,
} from "../../../src/conversation/turn-policy.ts";
import type { Refusal } from "../../../src/refusal.ts";
import type { Created } from "../../../src/request-key.ts";
import { err, type Result } from "../../../src/result.ts";
import type { LiveResponse } from "../responses/responses.ts";

/** The result of a request for a response. */
export type Begun = Result<Created<LiveResponse>, Refusal>;

/**
 * A request that waits for its turn in a conversation while its clients are connected: one, or several that sent it
 * under one idempotency key. It is only in memory: if the object restarts, the Worker sends the request again.
 */
export class HeldTurn {
  /** Resolves when the request waits no longer: to its response, or to the refusal. */
  readonly begun: Promise<Begun>;
  readonly #command: ResponseCommand;
  readonly #onGone: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #settle: Pick<PromiseWithResolvers<Begun>, "resolve" | "reject">;
  #clients = 0;

  /** Calls `onGone` when the request leaves the queue by itself: after the longest wait, or with its last client. */
  constructor(command: ResponseCommand, onGone: () => void) {
    const { promise, ...settle } = Promise.withResolvers<Begun>();
    this.begun = promise;
    this.#command = command;
    this.#onGone = onGone;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.#leave(WAITED_TOO_LONG), TURN_WAIT_MS_MAX);
  }

  /** Adds a client that waits for the response. */
  join(client: ClientConnection): void {
    this.#clients += 1;
    const leave = () => {
      this.#clients -= 1;
      if (this.#clients === 0) this.#leave(CLIENT_LEFT);
    };
    if (client) void client.getReader().read().then(leave, leave);
  }

  /** Begins the response with `start`. An error goes to the client. */
  begin(start: (command: ResponseCommand) => Begun): void {
    clearTimeout(this.#timer);
    try {
      this.#settle.resolve(start(this.#command));
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  /** Ends the wait with a refusal. */
  refuse(refusal: Refusal): void {
    clearTimeout(this.#timer);
    this.#settle.resolve(err(refusal));
  }

  #leave(refusal: Refusal): void {
    this.refuse(refusal);
    this.#onGone();
  }
}
