import type {
  AnswerItem,
  AnswerRequest,
  FileSearch,
  AnswerFormat,
} from "../answer/answer-request.ts";
import { isVectorStoreId } from "../ids.ts";
import { EVIDENCE_DEFAULT, OUTPUT_DEFAULT } from "../knowledge/project-settings.ts";
import { readRanking } from "../knowledge/ranking-param.ts";
import type { Item } from "./item.ts";
import type {
  FileSearchParam,
  FileSearchToolParam,
  ResponseRequest,
  ToolParam,
} from "./response-request.ts";
import type { TextFormatParam } from "./text-format.ts";

/** OpenAI's default for `max_num_results`. */
const RESULTS_DEFAULT = 20;

/**
 * Converts a request of the Responses API to the form that the answering code reads. `items` is the conversation before
 * the request, followed by the request's input, oldest first.
 */
export function toAnswerRequest(request: ResponseRequest, items: readonly Item[]): AnswerRequest {
  return {
    model: readAnsweringModel(request),
    instructions: request.instructions,
    items: items
      .filter(({ type }) => type !== "reasoning")
      .flatMap((item, index, said) => toAnswerItems(item, said[index + 1])),
    fileSearch: findSearch(request.tools),
    functions: request.tools.flatMap((tool) =>
      tool.type === "function"
        ? {
            name: tool.name,
            description: tool.description ?? null,
            parameters: tool.parameters,
            strict: tool.strict,
          }
        : [],
    ),
    toolChoice: request.tool_choice,
    parallelToolCalls: request.parallel_tool_calls,
    ...(request.max_tool_calls !== null && { maxToolCalls: request.max_tool_calls }),
    textFormat: toTextFormat(request.text.format),
    maxOutputTokens: request.max_output_tokens,
    temperature: request.temperature,
    topP: request.top_p,
    ...(request.stop && { stop: request.stop }),
    release: "sentence",
    outputPolicy: request.outputPolicy ?? OUTPUT_DEFAULT,
    evidencePolicy: request.evidencePolicy ?? EVIDENCE_DEFAULT,
  };
}

/**
 * Returns the name of the language model that answers a request: the model that it names or, if that is a vector store,
 * the default model.
 */
export function readAnsweringModel({
  model,
  answeringModel,
}: Pick<ResponseRequest, "model" | "answeringModel">): string {
  return answeringModel ?? model;
}

function findSearch(tools: readonly ToolParam[]): FileSearch | null {
  const tool = tools.find(isFileSearch);
  return tool ? toFileSearch(tool) : null;
}

/**
 * Converts the file search settings of a request to the form that the answering code reads. Ids that do not look like a
 * vector store's id are left out.
 */
export function toFileSearch(param: FileSearchParam): FileSearch {
  return {
    storeIds: [...new Set(param.vector_store_ids)].filter(isVectorStoreId),
    filter: param.filters ?? null,
    maxResults: param.max_num_results ?? RESULTS_DEFAULT,
    ...readRanking(param.ranking_options),
  };
}

/** Tests whether a tool of a request is `file_search`. All others are functions of the client. */
export function isFileSearch(tool: ToolParam): tool is FileSearchToolParam {
  return tool.type === "file_search";
}

/** Converts the text format of a request to the form that the answering code reads. */
export function toTextFormat(format: TextFormatParam): AnswerFormat {
  if (format.type !== "json_schema") return format;
  const { type, name, schema, strict } = format;
  return { type, name, schema, strict };
}

function toAnswerItems(item: Item, next: Item | undefined): AnswerItem[] {
  switch (item.type) {
    case "message": {
      // An interrupted attempt that was restarted: the message after it repeats its content.
      const isReplaced = item.status === "incomplete" && next?.type === "message";
      if (isReplaced && next.role === "assistant") return [];
      const parts = item.content.map((part) => ("text" in part ? part.text : part.refusal));
      return [{ type: "message", role: item.role, text: parts.join("\n") }];
    }
    case "function_call":
      // A call that was cut was never made.
      if (item.status !== "completed") return [];
      return [
        {
          type: "function_call",
          callId: item.call_id,
          name: item.name,
          arguments: item.arguments,
        },
      ];
    case "function_call_output":
      return [{ type: "function_call_output", callId: item.call_id, output: item.output }];
    case "file_search_call":
    case "reasoning":
      return [];
  }
}
