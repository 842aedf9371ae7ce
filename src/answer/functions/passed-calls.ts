import type { AnswerFunction, AnswerRequest, CallPiece } from "../answer-request.ts";
import { checkOf } from "./check-arguments.ts";
import type { SentCalls } from "./sent-calls.ts";
import { StreamedCall } from "./streamed-call.ts";

/** Maximum number of tool calls in one turn of a model. The rest of a reply that makes more is not read. */
export const TURN_CALLS_MAX = 128;
/** Maximum number of pieces in which the arguments of a call that was held back are sent. */
const PIECES_MAX = 256;

/**
 * The function calls of a model's reply that are sent while the model still writes them, in pieces. Of a strict
 * function, only the part of the arguments that is known to match its schema is sent, and the calls after it wait until
 * the whole is: the model makes a call that does not match again, and the calls after it, which may depend on it. Once
 * calls were sent and the model is asked again, all wait, since it may repeat the sent ones.
 */
export class PassedCalls {
  /** Number of calls that the reply may make, besides those that were sent before. */
  readonly callsLeft: number;
  readonly #functions: ReadonlyMap<string, AnswerFunction>;
  readonly #callsMax: number;
  readonly #waitsAlways: boolean;
  readonly #holdsChecked: boolean;
  #calls = new Map<string, StreamedCall>();
  #pieces = new Map<string, number[]>();
  #last: StreamedCall | null = null;
  #waits = false;

  /** `sent` are the calls of the answer's earlier replies that the client has. */
  constructor(request: AnswerRequest, sent: SentCalls) {
    const { functions, toolChoice, parallelToolCalls, release } = request;
    const isForced = typeof toolChoice === "object" && toolChoice.type === "function";
    const called = isForced ? functions.filter(({ name }) => name === toolChoice.name) : functions;
    this.#functions = new Map(called.map((one) => [one.name, one]));
    this.#callsMax = parallelToolCalls ? TURN_CALLS_MAX : 1;
    this.callsLeft = TURN_CALLS_MAX - sent.count;
    this.#waitsAlways = toolChoice === "none" || sent.count > 0 || sent.begun !== null;
    // Nothing of the answer is sent before its end, until which a call can be made again in any way.
    this.#holdsChecked = release === "verified";
  }

  /** The call that was begun and does not match, so that the model has to make the rest of it again; otherwise null. */
  get unfinished(): StreamedCall | null {
    return this.#last?.isUnfinished ? this.#last : null;
  }

  /** Tests whether the call with this id was sent while it was written. */
  has(callId: string): boolean {
    return this.#calls.get(callId)?.isEnded === true;
  }

  /** Forgets a call of which nothing is sent, since the text before it has reached a stop sequence. */
  withdraw(callId: string): void {
    this.#calls.delete(callId);
    if (this.#last?.callId === callId) this.#last = null;
  }

  /** Forgets the calls of an attempt that failed before anything of it was sent. */
  restart(): void {
    this.#calls = new Map();
    this.#pieces = new Map();
    this.#last = null;
    this.#waits = false;
  }

  /** Begins a call, which is sent while it is written if it may be. Returns the pieces to send. */
  begin(callId: string, name: string): CallPiece[] {
    const before = this.endWhole();
    const called = this.#functions.get(name);
    const check = called ? checkOf(called) : null;
    this.#waits ||= this.#waitsAlways || this.#last?.isSure === false;
    this.#waits ||= check !== null && this.#holdsChecked;
    if (this.#waits || !called || this.#calls.size >= this.#callsMax) return before;
    const call = new StreamedCall(callId, name, check);
    this.#calls.set(callId, call);
    this.#last = call;
    return [...before, ...call.begin()];
  }

  /**
   * Adds a delta of a call's arguments. Returns the pieces to send. Of a call that is held back, only the lengths of the
   * deltas are kept.
   */
  add(callId: string, delta: string): CallPiece[] {
    const call = this.#calls.get(callId);
    if (call) return call.add(delta);
    const pieces = this.#pieces.get(callId) ?? [];
    this.#pieces.set(callId, pieces);
    if (pieces.length < PIECES_MAX) pieces.push(delta.length);
    else pieces.push((pieces.pop() ?? 0) + delta.length);
    return [];
  }

  /** Ends a call. Returns the pieces to send. */
  end(callId: string): CallPiece[] {
    return this.#calls.get(callId)?.end() ?? [];
  }

  /**
   * Ends the last call if its arguments match and are whole, since something follows it; drops arguments that arrive for
   * it later. Returns the pieces to send.
   */
  endWhole(): CallPiece[] {
    return this.#last?.isWhole ? this.#last.end() : [];
  }

  /**
   * Returns the lengths (in characters) of the deltas in which the model wrote a call that was held back. The call is
   * later sent in pieces of these lengths.
   */
  piecesOf(callId: string): readonly number[] {
    return this.#pieces.get(callId) ?? [];
  }
}
