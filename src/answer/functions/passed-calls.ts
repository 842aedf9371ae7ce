import type { AnswerRequest, CallPiece } from "../answer-request.ts";
import { DeltaPace } from "../model-output/delta-pace.ts";
import { isChecked } from "./check-arguments.ts";

/** Maximum number of tool calls in one reply of a model. The rest of a reply that makes more is not read. */
export const TURN_CALLS_MAX = 128;
/** Maximum number of pieces in which the arguments of a call that was held back are sent. */
const PIECES_MAX = 256;

/**
 * The function calls of a model's reply that are sent while the model still writes them, in pieces. If the arguments of
 * any function of the request must be checked, no call is sent so early: all wait for the end of the reply, since the
 * model is asked for all calls again if the arguments of one do not match its schema.
 */
export class PassedCalls {
  readonly #names: ReadonlySet<string>;
  readonly #callsMax: number;
  readonly #paces = new Map<string, DeltaPace>();
  readonly #pieces = new Map<string, number[]>();

  constructor({ functions, toolChoice, parallelToolCalls }: AnswerRequest) {
    const isForced = typeof toolChoice === "object" && toolChoice.type === "function";
    const names = functions.map(({ name }) => name);
    const called = isForced ? names.filter((name) => name === toolChoice.name) : names;
    const waits = toolChoice === "none" || functions.some(isChecked);
    this.#names = new Set(waits ? [] : called);
    this.#callsMax = parallelToolCalls ? TURN_CALLS_MAX : 1;
  }

  /** Tests whether `begin` was called for the call with this id, so that it is already being sent. */
  has(callId: string): boolean {
    return this.#paces.has(callId);
  }

  /** Decides whether a call of the function `name`, which the model begins to write, is sent while it is written. */
  admits(name: string): boolean {
    return this.#names.has(name) && this.#paces.size < this.#callsMax;
  }

  /** Begins to send a call. Returns the piece to send. */
  begin(callId: string, name: string): CallPiece {
    this.#paces.set(callId, new DeltaPace());
    return { type: "function_call_started", callId, name };
  }

  /**
   * Adds a delta of a call's arguments. Returns the pieces to send: none for a call that was not begun. Of such a call,
   * only the lengths of the deltas are kept.
   */
  add(callId: string, delta: string): CallPiece[] {
    const pace = this.#paces.get(callId);
    if (pace) return pieceOf(callId, pace.push(delta));
    const pieces = this.#pieces.get(callId) ?? [];
    this.#pieces.set(callId, pieces);
    if (pieces.length < PIECES_MAX) pieces.push(delta.length);
    else pieces.push((pieces.pop() ?? 0) + delta.length);
    return [];
  }

  /** Ends a call. Returns the pieces to send: none for a call that was not begun. */
  end(callId: string): CallPiece[] {
    const pace = this.#paces.get(callId);
    if (!pace) return [];
    return [...pieceOf(callId, pace.flush()), { type: "function_call_ended", callId }];
  }

  /**
   * Returns the lengths (in characters) of the deltas in which the model wrote a call that was held back. The call is
   * later sent in pieces of these lengths.
   */
  piecesOf(callId: string): readonly number[] {
    return this.#pieces.get(callId) ?? [];
  }
}

const pieceOf = (callId: string, delta: string): CallPiece[] =>
  delta === "" ? [] : [{ type: "function_call_delta", callId, delta }];
