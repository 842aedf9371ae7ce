import type { OtherProperties } from "../request/other-properties.ts";

/** Items of tools that this service does not have. */
const FOREIGN_ITEMS = [
  "computer_call",
  "computer_call_output",
  "web_search_call",
  "tool_search_call",
  "tool_search_output",
  "additional_tools",
  "image_generation_call",
  "code_interpreter_call",
  "local_shell_call",
  "local_shell_call_output",
  "shell_call",
  "shell_call_output",
  "apply_patch_call",
  "apply_patch_call_output",
  "mcp_list_tools",
  "mcp_approval_request",
  "mcp_approval_response",
  "mcp_call",
  "custom_tool_call",
  "custom_tool_call_output",
  "compaction_trigger",
  "program",
  "program_output",
] as const;

const TEXT_ONLY = "models here read text; upload documents as files and attach them to a store.";
/** The entry of the compatibility table for images in the input of a model: they are refused. */
export const READ_BY_MODEL = {
  byModel: "refused by name with `model_cannot`, since every model here reads text only.",
};
const ONE_NAMESPACE = "namespaces of functions are not supported.";
const DIRECT_CALLS = "only the model calls functions.";

/**
 * Lists, by path, the properties of OpenAI's input items that this service's schemas lack. Each is either accepted
 * without effect or refused. `property` is the request property that holds the items, with which the paths begin.
 */
export function itemOthers(property: "input" | "items"): OtherProperties {
  const item = `${property}[]`;
  const foreign = FOREIGN_ITEMS.map((type) => {
    return [
      `${item}:${type}`,
      { refused: "the tool that makes such items is not supported." },
    ] as const;
  });
  return {
    ...Object.fromEntries(foreign),
    [`${item}:message.id`]: "accepted",
    [`${item}:message.status`]: "accepted",
    [`${item}:message.content[]:input_text.prompt_cache_breakpoint`]: "accepted",
    [`${item}:message.content[]:output_text.annotations`]: "accepted",
    [`${item}:message.content[]:output_text.logprobs`]: "accepted",
    [`${item}:message.content[]:input_image`]: READ_BY_MODEL,
    [`${item}:message.content[]:input_file`]: { refused: TEXT_ONLY },
    [`${item}:message.content[]:computer_screenshot`]: { refused: TEXT_ONLY },
    [`${item}:file_search_call.id`]: "accepted",
    [`${item}:file_search_call.status`]: "accepted",
    [`${item}:file_search_call.results`]: "accepted",
    [`${item}:reasoning.id`]: "accepted",
    [`${item}:reasoning.status`]: "accepted",
    [`${item}:reasoning.encrypted_content`]: "accepted",
    [`${item}:function_call.id`]: "accepted",
    [`${item}:function_call.status`]: "accepted",
    [`${item}:function_call.namespace`]: { refused: ONE_NAMESPACE },
    [`${item}:function_call.caller`]: { refused: DIRECT_CALLS, harmless: [{ type: "direct" }] },
    [`${item}:function_call_output.id`]: "accepted",
    [`${item}:function_call_output.status`]: "accepted",
    [`${item}:function_call_output.name`]: "accepted",
    [`${item}:function_call_output.namespace`]: { refused: ONE_NAMESPACE },
    [`${item}:function_call_output.caller`]: {
      refused: DIRECT_CALLS,
      harmless: [{ type: "direct" }],
    },
    [`${item}:function_call_output.output[]:input_text.prompt_cache_breakpoint`]: "accepted",
    [`${item}:function_call_output.output[]:input_image`]: READ_BY_MODEL,
    [`${item}:function_call_output.output[]:input_file`]: { refused: TEXT_ONLY },
  };
}
