import type { AnswerRequest, CallPiece } from "../answer-request.ts";
import { DeltaPace } from "../model-output/delta-pace.ts";
import { isChecked } from "./check-arguments.ts";

/** Maximum number of tool calls of one turn. A model that makes more is not read further. */
export const TURN_CALLS_MAX = 128;
/** Maximum number of pieces in which the arguments of a call that was held back are sent. */
const PIECES_MAX = 256;

/**
 * The calls of a model's reply and their arguments in pieces. They are passed on while the model writes them, if they
 * need no check. Where a function of the request is checked against its schema, every call waits for the end of the
 * turn, since all calls of a turn are made again if one does not fit.
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

  /** Returns true for a call that was begun. */
  has(callId: string): boolean {
    return this.#paces.has(callId);
  }

  /** Decides whether a call that begins is passed on. */
  admits(name: string): boolean {
    return this.#names.has(name) && this.#paces.size < this.#callsMax;
  }

  /** Begins a call. */
  begin(callId: string, name: string): CallPiece {
    this.#paces.set(callId, new DeltaPace());
    return { type: "function_call_started", callId, name };
  }

  /** Adds a delta of a call's arguments. Returns the pieces to send. */
  add(callId: string, delta: string): CallPiece[] {
    const pace = this.#paces.get(callId);
    if (pace) return pieceOf(callId, pace.push(delta));
    const pieces = this.#pieces.get(callId) ?? [];
    this.#pieces.set(callId, pieces);
    if (pieces.length < PIECES_MAX) pieces.push(delta.length);
    else pieces.push((pieces.pop() ?? 0) + delta.length);
    return [];
  }

  /** Ends a call that was begun. Returns the pieces to send. */
  end(callId: string): CallPiece[] {
    const pace = this.#paces.get(callId);
    if (!pace) return [];
    return [...pieceOf(callId, pace.flush()), { type: "function_call_ended", callId }];
  }

  /** Returns the lengths of the pieces in which a call that was held back arrived. */
  piecesOf(callId: string): readonly number[] {
    return this.#pieces.get(callId) ?? [];
  }
}

const pieceOf = (callId: string, delta: string): CallPiece[] =>
  delta === "" ? [] : [{ type: "function_call_delta", callId, delta }];
