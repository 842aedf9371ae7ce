import { z } from "zod";

import { REMOVAL_REASONS } from "../../answer/removal-reasons.ts";
import { COMPONENTS } from "../route/components.ts";

const StageBody = z.strictObject({
  score: z.number().describe("The score at this stage, from 0 to 1."),
  rank: z
    .number()
    .int()
    .nullable()
    .describe("Place by this score among the listed passages, from 1; null for the score 0."),
});

const PassageBody = z
  .strictObject({
    chunk_id: z.string().describe("Id of the chunk."),
    file_id: z.string().describe("Id of the file that contains the chunk."),
    start_index: z
      .number()
      .int()
      .describe("Start of the chunk in the extracted text, in UTF-16 code units."),
    end_index: z.number().int().describe("End of the chunk in the extracted text, exclusive."),
    words: StageBody.describe("How well the words match (BM25)."),
    vectors: StageBody.describe("How well the meaning matches: similarity of the vectors."),
    combined: StageBody.describe("The weighted sum of the two, by which passages are chosen."),
    left_out: z
      .enum(["score_threshold", "max_num_results"])
      .nullable()
      .describe("The limit that kept the passage from the model; null if the model got it."),
    citations: z.number().int().describe("Number of verified citations of it in the answer."),
    removed: z
      .array(z.enum(REMOVAL_REASONS))
      .describe("The reasons for which citations of it were removed from the answer."),
  })
  .register(COMPONENTS, { id: "RetrievedPassage" });

/** The schema of `retrieval`, an extension by Edgewise: the stages of the searches of an answer. */
export const RetrievalBody = z
  .strictObject({
    searches: z
      .array(
        z.strictObject({
          queries: z.array(z.string()).describe("The texts that were searched for."),
          degraded: z
            .string()
            .nullable()
            .describe("Reason why only words were searched, as a code; null if they were not."),
          partial: z
            .boolean()
            .describe("True if a part of a store did not answer, so that passages are missing."),
          passages: z
            .array(PassageBody)
            .describe("The passages that were found, the best first; at most 100 in an answer."),
        }),
      )
      .describe("The searches of the answer, in order."),
  })
  .describe("The stages of the searches of an answer. An extension by Edgewise.")
  .register(COMPONENTS, { id: "Retrieval" });
