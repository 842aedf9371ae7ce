import { isNestedDeeper, JSON_DEPTH_MAX } from "../../bounds.ts";
import { canonicalJson } from "../../canonical-json.ts";
import type { ModelToolCall } from "../prompt.ts";

/**
 * A call of which the client has a part. The rest of its arguments did not match their schema, for the reason
 * `problem`, so that the model has to make it again.
 */
export type BegunCall = {
  readonly callId: string;
  readonly name: string;
  readonly text: string;
  readonly problem: string;
};

/**
 * The calls of an answer that the client has already received when the model is asked again, since a later call of the
 * same turn did not match its schema.
 */
export class SentCalls {
  readonly #ids = new Set<string>();
  readonly #made = new Set<string>();
  #count = 0;
  #begun: BegunCall | null = null;

  /** Number of whole calls that were sent. */
  get count(): number {
    return this.#count;
  }

  /** The call of which a part was sent, if there is one. */
  get begun(): BegunCall | null {
    return this.#begun;
  }

  /** Adds calls that were sent. */
  add(calls: readonly ModelToolCall[]): void {
    this.#count += calls.length;
    for (const call of calls) {
      this.#ids.add(call.toolCallId);
      this.#made.add(describe(call));
    }
  }

  /** Records that a part of a call was sent. */
  begin(call: BegunCall): void {
    this.#ids.add(call.callId);
    this.#begun = call;
  }

  /** Records that the rest of the call was sent of which there was a part. `call` is the model's last one. */
  complete(call: ModelToolCall): void {
    this.#begun = null;
    this.add([call]);
  }

  /** Leaves out the calls that repeat one that was sent: the same function with the same arguments. */
  withoutRepeated(calls: readonly ModelToolCall[]): readonly ModelToolCall[] {
    return calls.filter((call) => !this.#made.has(describe(call)));
  }

  /** Returns the id under which a call is sent: the model's, unless a call that was sent has it. */
  freeId(callId: string): string {
    return this.#ids.has(callId) ? `call_${crypto.randomUUID()}` : callId;
  }
}

/** Describes a call by its function and its arguments, whatever the order and the spaces of their JSON. */
function describe({ toolName, input }: ModelToolCall): string {
  const verbatim = `${toolName} ${input}`;
  if (isNestedDeeper(input, JSON_DEPTH_MAX)) return verbatim;
  try {
    return `${toolName} ${canonicalJson(JSON.parse(input))}`;
  } catch {
    return verbatim;
  }
}
