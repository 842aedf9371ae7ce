import {
  SOCKET_QUEUE_BYTES_MAX,
  SOCKET_QUEUE_MAX,
} from "../../src/conversation/socket/socket-limits.ts";

/** The turns of a socket that wait or run. Those of one lane follow each other, and lanes run at the same time. */
export class TurnLanes {
  readonly #ends = new Map<string | null, Promise<void>>();
  #count = 0;
  #bytes = 0;

  /** True when no turn waits or runs. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** True when no turn follows the one that runs. */
  get isLast(): boolean {
    return this.#count === 1;
  }

  /** Returns false when a message of `bytes` must not wait too. */
  hasRoom(bytes: number): boolean {
    return this.#count < SOCKET_QUEUE_MAX && this.#bytes + bytes <= SOCKET_QUEUE_BYTES_MAX;
  }

  /** Runs a turn after those before it on its lane. `turn` must not reject. */
  async run(lane: string | null, bytes: number, turn: () => Promise<void>): Promise<void> {
    this.#count += 1;
    this.#bytes += bytes;
    const end = (this.#ends.get(lane) ?? Promise.resolve()).then(turn);
    this.#ends.set(lane, end);
    await end;
    if (this.#ends.get(lane) === end) this.#ends.delete(lane);
    this.#count -= 1;
    this.#bytes -= bytes;
  }
}
