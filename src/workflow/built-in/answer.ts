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

/** An answer may survive several restarts of its object; each costs an attempt. */
const RETRY = { attempts: 10, base: "200ms", cap: "5s" };

/**
 * Builds the workflow of an answer: a step that retrieves passages, and one that generates the answer with the given
 * step type. No step finishes the response: that happens in the transaction that settles the run. The result of
 * retrieval is stored, so a repeated generation sees the same passages. The time limit of the `generate` step is longer
 * than that of one model call, since the model may request searches.
 */
export const answerBy = (generate: typeof ANSWER_GENERATE | typeof ANSWER_EXTRACT) =>
  workflow("answer")
    .step("retrieve", {
      use: ANSWER_RETRIEVE,
      retry: RETRY,
      timeout: { attempt: "15s", total: "60s" },
    })
    .step("generate", {
      use: generate,
      needs: ["retrieve"],
      retry: RETRY,
      timeout: { attempt: "150s", total: "10m" },
    })
    .build();
