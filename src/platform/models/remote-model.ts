import type { LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";

import type { AnswerModel, ModelPart } from "../../answer/answer-model.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { readReply } from "./reply-parts.ts";
import { CALL_LIMITS, type CallLimits, isToken, timedStream } from "./timed-stream.ts";

/** A slower first token counts against the model in its circuit breaker. */
const SLOW_FIRST_TOKEN_MS = 10_000;

/** Makes an answering model from a provider's model, whose calls get time limits, retries and the circuit breaker. */
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
      const read = { ...call, model: `${model.provider} ${model.modelId}`, mayRestart };
      for await (const part of readReply(parts, read)) {
        if (part.type !== "refusal" && part.type !== "restarted" && isToken(part))
          firstTokenMs ??= clock.now() - attemptAt;
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
