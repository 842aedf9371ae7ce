import { workflow } from "../builder.ts";

/** The step type that retrieves evidence for an answer. */
export const ANSWER_RETRIEVE = "answer.retrieve@1";
/** The step type that generates an answer with a model. */
export const ANSWER_GENERATE = "answer.generate@1";
/** Generation by the built-in model. It has no external effects, so its claim need not wait for the disk. */
export const ANSWER_EXTRACT = "answer.extract@1";

/** An answer may survive several restarts of its object; each costs an attempt. */
const RETRY = { attempts: 10, base: "200ms", cap: "5s" };

/**
 * Builds the workflow of an answer. It has two durable steps. The third, finishing, has no effect outside the
 * object and happens in the transaction that settles the run. The result of retrieval is stored, so a repeated
 * generation sees the same evidence. A model's complete answer has its own time limit; `generate` has more time,
 * for searches that the model requests.
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
