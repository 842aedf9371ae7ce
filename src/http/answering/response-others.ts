import type { OtherProperties } from "../request/other-properties.ts";
import { itemOthers } from "./item-others.ts";

const FOREIGN_TOOLS = [
  "apply_patch",
  "code_interpreter",
  "computer",
  "computer_use_preview",
  "custom",
  "image_generation",
  "local_shell",
  "mcp",
  "namespace",
  "programmatic_tool_calling",
  "shell",
  "tool_search",
  "web_search",
  "web_search_2025_08_26",
  "web_search_preview",
  "web_search_preview_2025_03_11",
] as const;

const FOREIGN_CHOICES = [
  "apply_patch",
  "code_interpreter",
  "computer",
  "computer_use",
  "computer_use_preview",
  "custom",
  "image_generation",
  "mcp",
  "programmatic_tool_calling",
  "shell",
  "web_search_preview",
  "web_search_preview_2025_03_11",
] as const;

const SERVED_TOOLS = { refused: "only the tools file_search and function are supported." };

/**
 * The properties of OpenAI's `POST /v1/responses` that this service's schema lacks. Each is either accepted without
 * effect or refused.
 */
export const RESPONSE_OTHERS: OtherProperties = {
  stream_options: "accepted",
  prompt_cache_retention: "accepted",
  prompt_cache_options: "accepted",
  top_logprobs: { refused: "models here do not return log probabilities.", harmless: [0] },
  reasoning: "accepted",
  seed: "accepted",
  frequency_penalty: { refused: "models here do not support penalties.", harmless: [0] },
  presence_penalty: { refused: "models here do not support penalties.", harmless: [0] },
  prompt: { refused: "there are no stored prompts; send 'instructions' and 'input'." },
  context_management: { refused: "history is not compacted.", harmless: [[]] },
  moderation: { refused: "there is no moderation model.", harmless: [{}] },
  "text.verbosity": "accepted",
  "tools[]:function.output_schema": "accepted",
  "tools[]:function.defer_loading": {
    refused: "tools are always loaded.",
    harmless: [false],
  },
  "tools[]:function.allowed_callers": {
    refused: "only the model calls functions.",
    harmless: [["direct"]],
  },
  ...Object.fromEntries(FOREIGN_TOOLS.map((type) => [`tools[]:${type}`, SERVED_TOOLS])),
  "tool_choice:allowed_tools": { refused: "send only the tools that may be used, in 'tools'." },
  ...Object.fromEntries(FOREIGN_CHOICES.map((type) => [`tool_choice:${type}`, SERVED_TOOLS])),
  ...itemOthers("input"),
};
