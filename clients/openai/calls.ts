import type { Call } from "../call.ts";
import { CHAT_TOOL_CALLS } from "./chat-tools.ts";
import { CHAT_CALLS } from "./chat.ts";
import { CONVERSATION_CALLS } from "./conversations.ts";
import { CREATE_CALLS } from "./create-response.ts";
import { FILE_CALLS } from "./files.ts";
import { MODEL_CALLS } from "./models.ts";
import { TOOL_CALLS } from "./response-tools.ts";
import { SOCKET_CALLS } from "./socket.ts";
import { BATCH_CALLS, STORE_FILE_CALLS } from "./store-files.ts";
import { STORED_CALLS } from "./stored-responses.ts";
import { STORE_CALLS } from "./vector-stores.ts";

/** All test calls of the package `openai`: every method of the served resources, with its main options. */
export const OPENAI_CALLS: readonly Call[] = [
  ...CREATE_CALLS,
  ...TOOL_CALLS,
  ...STORED_CALLS,
  ...SOCKET_CALLS,
  ...CONVERSATION_CALLS,
  ...CHAT_CALLS,
  ...CHAT_TOOL_CALLS,
  ...MODEL_CALLS,
  ...FILE_CALLS,
  ...STORE_CALLS,
  ...STORE_FILE_CALLS,
  ...BATCH_CALLS,
];
