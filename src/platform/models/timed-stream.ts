import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";

import { withDeadline } from "../../abort.ts";
import { hasReasoning } from "./reply-parts.ts";
import { CallTimeout } from "./retry.ts";

/** The time limits of the parts of one attempt of a model call, in milliseconds. */
export type CallLimits = {
  readonly connectMs: number;
  readonly firstTokenMs: number;
  readonly stallMs: number;
  readonly totalMs: number;
};

/** The default time limits of an attempt of a model call. */
export const CALL_LIMITS: CallLimits = {
  connectMs: 10_000,
  firstTokenMs: 20_000,
  stallMs: 25_000,
  totalMs: 120_000,
};

/**
 * Makes one attempt of a streamed model call and yields its parts. Throws `CallTimeout` if the model exceeds one of
 * `limits`, or the time `deadline` (milliseconds since the epoch).
 */
export async function* timedStream(
  model: LanguageModelV3,
  call: LanguageModelV3CallOptions,
  limits: CallLimits,
  deadline: number,
  now: () => number,
): AsyncGenerator<LanguageModelV3StreamPart, void, undefined> {
  const ours = new AbortController();
  const abortSignal = call.abortSignal
    ? AbortSignal.any([call.abortSignal, ours.signal])
    : ours.signal;
  const startedAt = now();
  const leftMs = () => deadline - now();
  let reader: ReadableStreamDefaultReader<LanguageModelV3StreamPart> | null = null;
  try {
    const opening = Promise.resolve(model.doStream({ ...call, abortSignal }));
    const { stream } = await within(opening, "connect", Math.min(limits.connectMs, leftMs()));
    reader = stream.getReader();
    let heard = false;
    for (;;) {
      const firstLeftMs = startedAt + limits.firstTokenMs - now();
      const waitMs = heard ? limits.stallMs : firstLeftMs;
      const phase = heard ? "next token" : "first token";
      const reading = reader.read();
      const { done, value } = await (waitMs < leftMs()
        ? within(reading, phase, waitMs)
        : within(reading, "end", leftMs()));
      if (done) return;
      heard ||= isToken(value);
      yield value;
    }
  } finally {
    ours.abort();
    // The attempt has ended: a failure to cancel the stream has no consequence.
    reader?.cancel().catch(() => {});
  }
}

/** Tests whether a part of a model's stream is output, such as a text delta, and not a mark of a start or an end. */
export function isToken(part: LanguageModelV3StreamPart): boolean {
  const { type } = part;
  return (
    (type === "raw" && hasReasoning(part.rawValue)) ||
    type === "text-delta" ||
    type === "reasoning-delta" ||
    type === "tool-input-start" ||
    type === "tool-call" ||
    type === "finish"
  );
}

/** Waits for `call` for at most `ms` milliseconds, then throws `CallTimeout` with the name `phase`. */
export const within = <Value>(
  call: Promise<Value>,
  phase: ConstructorParameters<typeof CallTimeout>[0],
  ms: number,
): Promise<Value> =>
  withDeadline(call, ms, () => {
    throw new CallTimeout(phase, ms);
  });
