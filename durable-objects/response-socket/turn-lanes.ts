import {
  SOCKET_QUEUE_BYTES_MAX,
  SOCKET_QUEUE_MAX,
} from "../../src/conversation/socket/socket-limits.ts";

/**
 * The turns (messages to answer) of a socket that wait or run. The turns of one lane run one after the other; lanes run
 * at the same time.
 */
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

  /**
   * Tests whether a further message of `bytes` may wait. It may not if too many turns wait or run, or if their messages
   * and this one have too many bytes together.
   */
  hasRoom(bytes: number): boolean {
    return this.#count < SOCKET_QUEUE_MAX && this.#bytes + bytes <= SOCKET_QUEUE_BYTES_MAX;
  }

  /** Runs a turn after the earlier turns of its lane. `bytes` is the size of its message. `turn` must not reject. */
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
