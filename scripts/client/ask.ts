import type OpenAI from "openai";
import { z } from "zod";

/** A citation with the extensions of this service, which the request includes. */
const Citation = z.object({
  type: z.literal("file_citation"),
  file_id: z.string(),
  filename: z.string(),
  quote: z.string(),
  source_start: z.number(),
  source_end: z.number(),
});
const Answer = z.object({
  id: z.string(),
  status: z.string(),
  grounding: z.object({ status: z.string(), confidence: z.number() }),
  output: z.array(
    z.discriminatedUnion("type", [
      z.object({
        type: z.literal("message"),
        content: z.array(z.object({ text: z.string(), annotations: z.array(Citation) })),
      }),
      z.object({
        type: z.literal("file_search_call"),
        results: z.array(z.object({ file_id: z.string(), filename: z.string() })).nullish(),
      }),
    ]),
  ),
});

/** A quote in an answer: its text, its file, and its span in the text of the file. */
export type Citation = z.infer<typeof Citation>;
/** An answer with its citations and its search results. */
export type Answer = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Names of the files that the search found, best first. */
  readonly files: readonly string[];
  readonly confidence: number;
  readonly abstained: boolean;
};

/** A question over one vector store, with the earlier messages of its conversation. */
export type Ask = {
  readonly model: string;
  readonly storeId: string;
  readonly question: string;
  readonly history: readonly { readonly role: "user" | "assistant"; readonly content: string }[];
  readonly resultsMax?: number;
};

/** Asks one question over a vector store with the official client. The service stores neither question nor answer. */
export async function ask(client: OpenAI, request: Ask): Promise<Answer> {
  const search = { type: "file_search", vector_store_ids: [request.storeId] };
  const body = await client.post<unknown>("/responses", {
    body: {
      model: request.model,
      store: false,
      input: [...request.history, { role: "user", content: request.question }],
      tools: [
        request.resultsMax === undefined
          ? search
          : { ...search, max_num_results: request.resultsMax },
      ],
      include: ["file_search_call.results", "edgewise.grounding"],
    },
  });
  const answer = Answer.parse(body);
  const parts = answer.output.flatMap((item) => (item.type === "message" ? item.content : []));
  return {
    text: parts.map(({ text }) => text).join("\n"),
    citations: parts.flatMap(({ annotations }) => annotations),
    files: answer.output.flatMap((item) =>
      item.type === "file_search_call" ? (item.results ?? []).map(({ filename }) => filename) : [],
    ),
    confidence: answer.grounding.confidence,
    abstained: answer.grounding.status === "abstained",
  };
}
