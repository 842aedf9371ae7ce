import type { CallPiece } from "../answer-request.ts";
import { DeltaPace } from "../model-output/delta-pace.ts";
import type { ArgumentsCheck } from "./arguments-check.ts";

/**
 * A function call that is sent while a model writes it. Without a check of its arguments it begins at once, and they are
 * sent as they come. With one, it begins with the first part of its arguments that is settled, and only settled parts
 * are sent, so that the call can always be completed: the model may make the rest again.
 */
export class StreamedCall {
  readonly callId: string;
  readonly name: string;
  readonly #check: ArgumentsCheck | null;
  readonly #pace = new DeltaPace();
  #text = "";
  #isBegun = false;
  #isEnded = false;

  constructor(callId: string, name: string, check: ArgumentsCheck | null) {
    this.callId = callId;
    this.name = name;
    this.#check = check;
  }

  /** The arguments that were sent so far. */
  get text(): string {
    return this.#text;
  }

  /** True if a part of the call was sent, and the rest may have to be made again. */
  get isUnfinished(): boolean {
    return this.#check !== null && this.#isBegun && !this.#isEnded;
  }

  /** True if the whole call was sent. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** True if the next call may be sent: this one has no check, or it is known that it matches. */
  get isSure(): boolean {
    return this.#check === null || this.#check.isWhole || this.#isEnded;
  }

  /** True if something that follows this call ends it: its arguments have a check and are whole. */
  get isWhole(): boolean {
    return this.#check?.isWhole === true && !this.#isEnded;
  }

  /** Begins the call. Returns the pieces to send. */
  begin(): CallPiece[] {
    return this.#check === null ? this.#send("") : [];
  }

  /** Adds a delta of the arguments. Returns the pieces to send. */
  add(delta: string): CallPiece[] {
    if (this.#isEnded) return [];
    const settled = this.#check === null ? delta : this.#check.push(delta);
    return settled === "" ? [] : this.#send(this.#pace.push(settled));
  }

  /** Ends the arguments. Returns the pieces to send: none if they do not match. */
  end(): CallPiece[] {
    if (this.#isEnded) return [];
    const rest = this.#check?.end() ?? "";
    if (typeof this.#check?.problem === "string") return [];
    this.#isEnded = true;
    const { callId } = this;
    const last = this.#pace.push(rest) + this.#pace.flush();
    return [...this.#send(last), { type: "function_call_ended", callId }];
  }

  #send(delta: string): CallPiece[] {
    const { callId, name } = this;
    const pieces: CallPiece[] = [];
    if (!this.#isBegun) pieces.push({ type: "function_call_started", callId, name });
    if (delta !== "") pieces.push({ type: "function_call_delta", callId, delta });
    this.#isBegun = true;
    this.#text += delta;
    return pieces;
  }
}
