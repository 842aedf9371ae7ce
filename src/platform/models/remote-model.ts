import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";
import { z } from "zod";

import type { AnswerModel, ModelPart } from "../../answer/answer-model.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { CALL_LIMITS, type CallLimits, isToken, timedStream } from "./timed-stream.ts";

/** A slower first token counts against the model in its circuit breaker. */
const SLOW_FIRST_TOKEN_MS = 10_000;

/** Makes an answering model from a provider's model: adds time limits, retries and the circuit breaker. */
export function remoteModel(
  name: string,
  model: LanguageModelV3,
  guard: Guard,
  limits: CallLimits = CALL_LIMITS,
): AnswerModel {
  return {
    name,
    builtIn: false,
    stream: (call, mayRestart) => streamGuarded(model, call, mayRestart, guard, limits),
  };
}

async function* streamGuarded(
  model: LanguageModelV3,
  call: LanguageModelV3CallOptions,
  mayRestart: () => boolean,
  guard: Guard,
  limits: CallLimits,
): AsyncGenerator<ModelPart, void, undefined> {
  const { clock, budget } = guard;
  const signal = call.abortSignal;
  const startedAt = clock.now();
  budget.countCall();
  for (let number = 1; ; number++) {
    const attempt = await beginAttempt(guard);
    const attemptAt = clock.now();
    const deadline = startedAt + limits.totalMs;
    let firstTokenMs: number | null = null;
    try {
      const parts = timedStream(
        model,
        { ...call, includeRawChunks: true },
        limits,
        deadline,
        clock.now,
      );
      for await (const part of withRefusals(parts)) {
        if (part.type !== "refusal" && isToken(part)) firstTokenMs ??= clock.now() - attemptAt;
        yield part;
      }
      await attempt.settle((firstTokenMs ?? 0) > SLOW_FIRST_TOKEN_MS ? "slow" : "success");
      return;
    } catch (error) {
      await failAttempt(guard, attempt, error, {
        number,
        startedAt,
        mayRepeat: mayRestart(),
        signal,
      });
      yield { type: "restarted" };
    } finally {
      // An attempt is unsettled here only when the reader stopped early, which is a cancel.
      await attempt.settle("ignored");
    }
  }
}

const RefusalChunk = z.object({
  choices: z.tuple([z.object({ delta: z.object({ refusal: z.string().min(1) }) })]),
});

/** Throws errors of the stream, and separates a refusal of the model from its answer. */
async function* withRefusals(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
): AsyncGenerator<Exclude<ModelPart, { type: "restarted" }>, void, undefined> {
  let refusal: string | null = null;
  for await (const part of parts) {
    if (part.type === "error") throw part.error;
    if (part.type === "raw") {
      refusal = RefusalChunk.safeParse(part.rawValue).data?.choices[0].delta.refusal ?? null;
    } else if (part.type === "text-delta" && part.delta === refusal) {
      yield { type: "refusal", text: refusal };
    } else {
      yield part;
    }
  }
}
