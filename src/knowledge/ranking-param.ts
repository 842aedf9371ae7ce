import { z } from "zod";

/** Options of ranking. There is one ranker, so all of OpenAI's names for rankers mean it. */
export const RankingOptionsParam = z.strictObject({
  ranker: z
    .enum(["auto", "none", "default-2024-11-15"])
    .optional()
    .describe("Name of the ranker. There is one, and every name means it."),
  score_threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Leave out chunks with a lower score, 0 to 1; 0 by default."),
  hybrid_search: z
    .strictObject({
      embedding_weight: z.number().min(0).describe("Weight of the semantic score."),
      text_weight: z.number().min(0).describe("Weight of the lexical score."),
    })
    .refine((weights) => weights.embedding_weight + weights.text_weight > 0, {
      error: "one of the weights must be above 0",
    })
    .optional()
    .describe(
      "Weights of the two scores. Only their ratio counts; by default it suits the store's embedding model.",
    ),
});

/** Converts options of ranking to those of a search. Null weights are those that suit the embedding model. */
export const readRanking = (options: z.output<typeof RankingOptionsParam> | null | undefined) => ({
  scoreThreshold: options?.score_threshold ?? 0,
  weights: options?.hybrid_search
    ? {
        lexical: options.hybrid_search.text_weight,
        dense: options.hybrid_search.embedding_weight,
      }
    : null,
});
