import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3ToolChoice,
} from "@ai-sdk/provider";
import { z } from "zod";

import { isNestedDeeper, JSON_DEPTH_MAX } from "../bounds.ts";
import { replaceLoneSurrogates } from "../surrogates.ts";
import type { AnswerRequest } from "./answer-request.ts";
import type { ModelToolCall } from "./prompt.ts";

/** The name of the tool with which a model searches the request's vector stores. */
export const FILE_SEARCH = "file_search";
const QUERIES_MAX = 5;
const QUERY_CHARACTERS_MAX = 2_000;

const SearchArguments = z.object({
  queries: z.array(z.string().trim().min(1).max(QUERY_CHARACTERS_MAX)).min(1).max(QUERIES_MAX),
});

const FILE_SEARCH_TOOL: LanguageModelV3FunctionTool = {
  type: "function",
  name: FILE_SEARCH,
  description:
    "Searches the user's documents and returns numbered passages. Use it before you answer anything that the documents may cover.",
  inputSchema: {
    type: "object",
    properties: {
      queries: {
        type: "array",
        description:
          "One to five short queries, each understandable without the conversation, in the language of the documents.",
        items: { type: "string" },
      },
    },
    required: ["queries"],
    additionalProperties: false,
  },
};

/**
 * Reads the search queries from a model's call of `file_search`; null if its arguments do not match the tool's schema.
 */
export function parseQueries(call: ModelToolCall): readonly string[] | null {
  let parsed: unknown;
  if (isNestedDeeper(call.input, JSON_DEPTH_MAX)) return null;
  try {
    parsed = JSON.parse(replaceLoneSurrogates(call.input));
  } catch {
    return null;
  }
  return SearchArguments.safeParse(parsed).data?.queries ?? null;
}

/**
 * Returns the tools and the tool choice for the next model call. Search is offered only if `maySearch` is true. The
 * tool choice `required` becomes `auto` if `searched` is true: a search was already made for this answer.
 */
export function offeredTools(
  request: AnswerRequest,
  round: { readonly maySearch: boolean; readonly searched: boolean },
): Pick<LanguageModelV3CallOptions, "tools" | "toolChoice"> {
  const { fileSearch, functions, toolChoice } = request;
  const tools: LanguageModelV3FunctionTool[] = functions.map(
    ({ name, description, parameters, strict }) => ({
      type: "function",
      name,
      ...(description !== null && { description }),
      inputSchema: parameters ?? { type: "object", properties: {} },
      strict,
    }),
  );
  if (fileSearch !== null && round.maySearch) tools.push(FILE_SEARCH_TOOL);
  if (tools.length === 0 || toolChoice === "none") return {};
  return { tools, toolChoice: convertChoice(toolChoice, round) };
}

function convertChoice(
  choice: Exclude<AnswerRequest["toolChoice"], "none">,
  { searched }: { readonly searched: boolean },
): LanguageModelV3ToolChoice {
  if (choice === "auto") return { type: "auto" };
  if (choice === "required") return { type: searched ? "auto" : "required" };
  if (choice.type === "function") return { type: "tool", toolName: choice.name };
  // A search that the client required is made before the model is called.
  return { type: "auto" };
}
