import { withDeadline } from "../../abort.ts";
import type {
  ClaimJudge,
  ClaimJudges,
  JudgeQuestion,
  JudgeReply,
} from "../../answer/grounding/claim-judge.ts";
import { askModelJudge } from "../../answer/grounding/model-judge.ts";
import { CallOverdue } from "../failure.ts";
import { logger } from "../logger.ts";
import { beginAttempt, failAttempt, type Guard } from "./guarded-call.ts";
import { createGuard, languageModels, listModelNames } from "./language-models.ts";
import { WORKERS_AI } from "./providers.ts";
import { askClef, CLEF_MODELS } from "./workers-ai/clef.ts";
import type { WorkersAi } from "./workers-ai/workers-ai.ts";

/** Milliseconds in which a judge has to answer, with all attempts of its call. */
const JUDGE_MS = 5_000;

/**
 * Makes the judges of a deployment: its language models of a provider and, where it has the binding `AI`, the decision
 * models of Workers AI.
 */
export function claimJudges(env: Env): ClaimJudges {
  const { AI: ai } = env;
  const decisionModels: readonly string[] = ai === undefined ? [] : CLEF_MODELS;
  const model = languageModels(env);
  const writing = listModelNames(env).answering.filter((name) => model(name)?.builtIn === false);
  return {
    judgeNames: [...decisionModels, ...writing],
    judge: (name) => {
      if (ai !== undefined && decisionModels.includes(name)) {
        const guard = createGuard(env, WORKERS_AI, name);
        return limited(name, (questions, signal) => decide(ai, guard, questions, signal));
      }
      const written = model(name);
      if (written === null || written.builtIn) return null;
      return limited(name, (questions, signal) => askModelJudge(written, questions, signal));
    },
  };
}

type Ask = (questions: readonly JudgeQuestion[], signal: AbortSignal) => Promise<JudgeReply>;

/** Makes a judge whose failures are logged, and whose time is limited. */
function limited(model: string, ask: Ask): ClaimJudge {
  return {
    ask: async (questions, signal) => {
      const ours = new AbortController();
      try {
        const call = ask(questions, AbortSignal.any([signal, ours.signal]));
        return await withDeadline(call, JUDGE_MS, () => {
          throw new CallOverdue("the judge", JUDGE_MS);
        });
      } catch (error) {
        signal.throwIfAborted();
        logger.warn("model.judge.failed", { model, count: questions.length }, error);
        return null;
      } finally {
        ours.abort();
      }
    },
  };
}

/** Calls a decision model with retries and the circuit breaker. */
async function decide(
  ai: WorkersAi,
  guard: Guard,
  questions: readonly JudgeQuestion[],
  signal: AbortSignal,
): Promise<JudgeReply> {
  const startedAt = guard.clock.now();
  guard.budget.countCall();
  for (let number = 1; ; number++) {
    const attempt = await beginAttempt(guard);
    try {
      const reply = await askClef(ai, guard.model, questions, signal);
      await attempt.settle("success");
      return reply;
    } catch (error) {
      await failAttempt(guard, attempt, error, { number, startedAt, mayRepeat: true, signal });
    }
  }
}
