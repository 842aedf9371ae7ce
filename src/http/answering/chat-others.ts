import type { OtherProperties } from "../request/other-properties.ts";
import { READ_BY_MODEL } from "./item-others.ts";

const TEXT_ONLY = "models here read text; upload documents as files and attach them to a store.";
const NO_CUSTOM_TOOLS = {
  refused: "only function tools are supported; use 'file_search' to search files.",
};
const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;

/**
 * The properties of OpenAI's `POST /v1/chat/completions` that this service's schema lacks. Each is either accepted
 * without effect or refused.
 */
export const CHAT_OTHERS: OtherProperties = {
  service_tier: "accepted",
  user: "accepted",
  safety_identifier: "accepted",
  prompt_cache_key: "accepted",
  prompt_cache_retention: "accepted",
  prompt_cache_options: "accepted",
  "stream_options.include_obfuscation": "accepted",
  store: {
    refused: "chat completions are not stored; POST /v1/responses stores its responses.",
    harmless: [false],
  },
  n: { refused: "only one choice is generated per request.", harmless: [1] },
  modalities: { refused: "models here write text.", harmless: [["text"]] },
  audio: { refused: "models here write text." },
  verbosity: "accepted",
  reasoning_effort: "accepted",
  frequency_penalty: { refused: "models here do not support penalties.", harmless: [0] },
  presence_penalty: { refused: "models here do not support penalties.", harmless: [0] },
  logit_bias: { refused: "models here do not support token biases.", harmless: [{}] },
  logprobs: { refused: "models here do not return log probabilities.", harmless: [false] },
  top_logprobs: { refused: "models here do not return log probabilities.", harmless: [0] },
  seed: "accepted",
  prediction: "accepted",
  moderation: { refused: "there is no moderation model.", harmless: [{}] },
  web_search_options: { refused: "the web is not searched; use 'file_search'." },
  functions: { refused: "this is deprecated; use 'tools'.", harmless: [[]] },
  function_call: { refused: "this is deprecated; use 'tool_choice'.", harmless: ["none", "auto"] },
  ...Object.fromEntries(
    ROLES.flatMap((role) => [
      [`messages[]:${role}.name`, "accepted"],
      [`messages[]:${role}.content[]:text.prompt_cache_breakpoint`, "accepted"],
    ]),
  ),
  // `@openai/agents` sends the members of a message again beside its text.
  ...Object.fromEntries(
    ["role", "refusal", "annotations"].map((member) => [
      `messages[]:assistant.content[]:text.${member}`,
      "accepted",
    ]),
  ),
  "messages[]:assistant.content[]:refusal": { refused: "send it as 'refusal' of the message." },
  "messages[]:function": { refused: "this is deprecated; use the role 'tool'." },
  "messages[]:assistant.audio": { refused: "models here read text." },
  "messages[]:assistant.function_call": { refused: "this is deprecated; use 'tool_calls'." },
  "messages[]:assistant.tool_calls[]:custom": NO_CUSTOM_TOOLS,
  "messages[]:user.content[]:image_url": READ_BY_MODEL,
  "messages[]:user.content[]:input_audio": { refused: TEXT_ONLY },
  "messages[]:user.content[]:file": { refused: TEXT_ONLY },
  "tools[]:custom": NO_CUSTOM_TOOLS,
  "tool_choice:custom": NO_CUSTOM_TOOLS,
  "tool_choice:allowed_tools": { refused: "send only the tools that may be used, in 'tools'." },
};
