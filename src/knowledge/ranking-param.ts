import { z } from "zod";

/**
 * The schema of `ranking_options` in a search. There is one ranker, and every name that OpenAI's API has for a ranker
 * means it.
 */
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

/**
 * Converts the `ranking_options` of a request to a search's settings. `weights` is null if the request sets none: the
 * search then uses those that suit the embedding model.
 */
export const readRanking = (options: z.output<typeof RankingOptionsParam> | null | undefined) => ({
  scoreThreshold: options?.score_threshold ?? 0,
  weights: options?.hybrid_search
    ? {
        lexical: options.hybrid_search.text_weight,
        dense: options.hybrid_search.embedding_weight,
      }
    : null,
});
