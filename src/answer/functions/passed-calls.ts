import type { AnswerRequest, CallPiece } from "../answer-request.ts";
import { DeltaPace } from "../model-output/delta-pace.ts";
import { isChecked } from "./check-arguments.ts";
import type { SentCalls } from "./sent-calls.ts";

/** Maximum number of tool calls in one turn of a model. The rest of a reply that makes more is not read. */
export const TURN_CALLS_MAX = 128;
/** Maximum number of pieces in which the arguments of a call that was held back are sent. */
const PIECES_MAX = 256;

/**
 * The function calls of a model's reply that are sent while the model still writes them, in pieces. A call whose
 * arguments must be checked waits for the end of the reply, and so do the calls after it, which keep their order: the
 * model is asked for all of them again if the arguments of one do not match its schema. Once calls were sent and the
 * model is asked for the others, all wait, since it may repeat the sent ones.
 */
export class PassedCalls {
  /** Number of calls that the reply may make, besides those that were sent before. */
  readonly callsLeft: number;
  readonly #checkedNames: ReadonlySet<string>;
  readonly #otherNames: ReadonlySet<string>;
  readonly #callsMax: number;
  readonly #paces = new Map<string, DeltaPace>();
  readonly #pieces = new Map<string, number[]>();
  #waits: boolean;

  /** `sent` are the calls of the answer's earlier replies that the client has. */
  constructor({ functions, toolChoice, parallelToolCalls }: AnswerRequest, sent: SentCalls) {
    const isForced = typeof toolChoice === "object" && toolChoice.type === "function";
    const called = isForced ? functions.filter(({ name }) => name === toolChoice.name) : functions;
    this.#checkedNames = namesOf(called.filter(isChecked));
    this.#otherNames = namesOf(called.filter((one) => !isChecked(one)));
    this.#callsMax = parallelToolCalls ? TURN_CALLS_MAX : 1;
    this.callsLeft = TURN_CALLS_MAX - sent.count;
    this.#waits = toolChoice === "none" || sent.count > 0;
  }

  /** Tests whether `begin` was called for the call with this id, so that it is already being sent. */
  has(callId: string): boolean {
    return this.#paces.has(callId);
  }

  /**
   * Decides whether a call of the function `name`, which the model begins to write, is sent while it is written. Asked
   * once for each call, in their order.
   */
  admit(name: string): boolean {
    this.#waits ||= this.#checkedNames.has(name);
    return !this.#waits && this.#otherNames.has(name) && this.#paces.size < this.#callsMax;
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

const namesOf = (functions: AnswerRequest["functions"]) =>
  new Set(functions.map(({ name }) => name));
