import {
  SOCKET_QUEUE_BYTES_MAX,
  SOCKET_QUEUE_MAX,
} from "../../src/conversation/socket/socket-limits.ts";

/**
 * The turns of a socket (client messages to answer) that are waiting or being answered. The turns of one lane, which is
 * a stream id that the client chose, are answered one after the other; different lanes at the same time.
 */
export class TurnLanes {
  readonly #ends = new Map<string | null, Promise<void>>();
  #count = 0;
  #bytes = 0;

  /** True when no turn is waiting or being answered. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** True when there is exactly one turn: no other turn waits or is being answered. */
  get isLast(): boolean {
    return this.#count === 1;
  }

  /**
   * Tests whether a further message of `bytes` bytes may wait: not if there are too many turns, or if their messages
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
