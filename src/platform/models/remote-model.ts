import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";

import type { AnswerModel, ModelPart } from "../../answer/answer-model.ts";
import type { ReplyEvidence } from "../../answer/model-output/reasoning-form.ts";
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
    let firstTokenMs = 0;
    let evidence: ReplyEvidence | null = null;
    try {
      const rawCall = { ...call, includeRawChunks: true };
      const parts = noteFirstToken(
        timedStream(model, rawCall, limits, deadline, clock.now),
        () => (firstTokenMs = clock.now() - attemptAt),
      );
      const learn = (shown: ReplyEvidence) => (evidence = shown);
      yield* readReply(parts, { ...call, form: attempt.form, learn, mayRestart });
      const outcome = firstTokenMs > SLOW_FIRST_TOKEN_MS ? "slow" : "success";
      await attempt.settle(outcome, evidence);
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

/** Passes on the parts of a stream, and calls `note` at the first token, which the reader of the reply may hold back. */
async function* noteFirstToken(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  note: () => void,
): AsyncGenerator<LanguageModelV3StreamPart, void, undefined> {
  let isNoted = false;
  for await (const part of parts) {
    if (!isNoted && isToken(part)) {
      isNoted = true;
      note();
    }
    yield part;
  }
}
