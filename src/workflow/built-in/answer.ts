import { workflow } from "../builder.ts";

/** The step type that searches the vector stores for the passages from which an answer is generated. */
export const ANSWER_RETRIEVE = "answer.retrieve@1";
/** The step type that generates an answer with a model of a provider. */
export const ANSWER_GENERATE = "answer.generate@1";
/**
 * The step type that generates an answer with the built-in model. It has no effect outside of the object, so it may
 * start before its claim is on disk.
 */
export const ANSWER_EXTRACT = "answer.extract@1";
/**
 * The step type that sends the generation of an answer to a queue, whose consumer calls the model. For answers in the
 * background, for which no client waits.
 */
export const ANSWER_DISPATCH = "answer.dispatch@1";

/** An answer may survive several restarts of its object; each costs an attempt. */
const RETRY = { attempts: 10, base: "200ms", cap: "5s" };

/** A step type that generates an answer. */
export type GeneratesAnswer =
  | typeof ANSWER_GENERATE
  | typeof ANSWER_EXTRACT
  | typeof ANSWER_DISPATCH;

/**
 * Retries and time limits of the step that generates an answer. The limit of an attempt is longer than that of one
 * model call, since the model may request searches; that of a dispatched one includes the time in the queue, and the
 * consumer has limits of its own.
 */
const GENERATION_LIMITS = {
  [ANSWER_GENERATE]: { retry: RETRY, timeout: { attempt: "150s", total: "10m" } },
  [ANSWER_EXTRACT]: { retry: RETRY, timeout: { attempt: "150s", total: "10m" } },
  [ANSWER_DISPATCH]: {
    retry: { attempts: 20, base: "1s", cap: "5m" },
    timeout: { attempt: "15m", total: "24h" },
  },
} as const;

/**
 * Builds the workflow of an answer: a step that retrieves passages, and one that generates the answer with the given
 * step type. No step finishes the response: that happens in the transaction that settles the run. The result of
 * retrieval is stored, so a repeated generation sees the same passages.
 */
export const answerBy = (generate: GeneratesAnswer) =>
  workflow("answer")
    .step("retrieve", {
      use: ANSWER_RETRIEVE,
      retry: RETRY,
      timeout: { attempt: "15s", total: "60s" },
    })
    .step("generate", { use: generate, needs: ["retrieve"], ...GENERATION_LIMITS[generate] })
    .build();
