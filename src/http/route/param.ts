import {
  isConversationId,
  isDeadLetterId,
  isFileBatchId,
  isFileId,
  isResponseId,
  isRunId,
  isScheduleId,
  isVectorStoreId,
  type ResponseId,
  type RunId,
} from "../../ids.ts";
import type { Param } from "./declaration.ts";

const EXAMPLE_KEY = "01k8v3q7cde4f6g8h0jkmnpq";

/** Declares a path parameter that holds an id of one kind. Any other text gets the 404 of an unknown id. */
function idParam<Id extends string>(
  kind: string,
  prefix: string,
  isId: (text: string) => text is Id,
): Param<Id> {
  return {
    kind,
    description: `Id of the ${kind}.`,
    example: `${prefix}${EXAMPLE_KEY}`,
    read: (text) => (isId(text) ? text : null),
  };
}

/** Makes the declaration of a path parameter whose value may be any text. `kind` names the object in error messages. */
export const textParam = (kind: string, description: string, example: string): Param => ({
  kind,
  description,
  example,
  read: (text) => text,
});

/** The path parameter with the id of a file. */
export const FILE_PARAM = idParam("file", "file-", isFileId);
/** The path parameter with the id of a vector store. */
export const VECTOR_STORE_PARAM = idParam("vector store", "vs_", isVectorStoreId);
/** The path parameter with the id of a file batch. */
export const FILE_BATCH_PARAM = idParam("file batch", "vsfb_", isFileBatchId);
/** The path parameter with the id of a conversation. */
export const CONVERSATION_PARAM = idParam("conversation", "conv_", isConversationId);
/** The path parameter with the id of a response. */
export const RESPONSE_PARAM = {
  ...idParam("response", "resp_", isResponseId),
  example: `resp_${EXAMPLE_KEY}${EXAMPLE_KEY}`,
};
/** The path parameter with the id of a schedule. */
export const SCHEDULE_PARAM = idParam("schedule", "sched_", isScheduleId);
/** The path parameter with the id of a dead letter. */
export const DEAD_LETTER_PARAM = idParam("dead letter", "dl_", isDeadLetterId);
/** The path parameter with the id of a run. The run that answers a response has the id of that response. */
export const RUN_PARAM = idParam(
  "run",
  "run_",
  (text): text is RunId | ResponseId => isRunId(text) || isResponseId(text),
);
/** The path parameter with the id of a project. */
export const PROJECT_PARAM = textParam("project", "Id of the project.", `proj_${EXAMPLE_KEY}`);
