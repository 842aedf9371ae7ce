import { workflow } from "../builder.ts";

export const ANSWER_RETRIEVE = "answer.retrieve@1";
export const ANSWER_GENERATE = "answer.generate@1";
/** By the built-in model, which leaves nothing outside the object, so its claim need not wait for the disk. */
export const ANSWER_EXTRACT = "answer.extract@1";

/** An answer may outlive several restarts of its object; each costs an attempt. */
const RETRY = { attempts: 10, base: "200ms", cap: "5s" };

/**
 * An answer is two durable steps; the third, finishing, has no effect outside the object and is done in the
 * transaction that settles the run. What retrieval found is kept, so a repeated generation sees the same evidence.
 * A model's whole answer has its own limit; `generate` has some time more, for searches that the model asks for.
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
