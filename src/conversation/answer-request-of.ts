import type {
  AnswerItem,
  AnswerRequest,
  FileSearch,
  AnswerFormat,
} from "../answer/answer-request.ts";
import { isVectorStoreId } from "../ids.ts";
import { OUTPUT_DEFAULT } from "../knowledge/project-settings.ts";
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

/** Builds the request for the answering engine from the client's request and the items before it, oldest first. */
export function toAnswerRequest(request: ResponseRequest, items: readonly Item[]): AnswerRequest {
  return {
    model: request.model,
    instructions: request.instructions,
    items: items.flatMap((item, index) => toAnswerItems(item, items[index + 1])),
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
  };
}

function findSearch(tools: readonly ToolParam[]): FileSearch | null {
  const tool = tools.find(isFileSearch);
  return tool ? toFileSearch(tool) : null;
}

/** Converts the search that a request describes. Ids that no store can have are left out. */
export function toFileSearch(param: FileSearchParam): FileSearch {
  return {
    storeIds: [...new Set(param.vector_store_ids)].filter(isVectorStoreId),
    filter: param.filters ?? null,
    maxResults: param.max_num_results ?? RESULTS_DEFAULT,
    ...readRanking(param.ranking_options),
  };
}

/** Distinguishes tools that search files from function tools. */
export function isFileSearch(tool: ToolParam): tool is FileSearchToolParam {
  return tool.type === "file_search";
}

/** Converts a text format to the engine's form. */
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
      return [];
  }
}
