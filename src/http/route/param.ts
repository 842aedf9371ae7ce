import {
  isConversationId,
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

/** A path parameter that holds an id of one kind. Any other text answers like an id that nobody has. */
export function idParam<Id extends string>(
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

/** A path parameter whose text is taken as it is. */
export const textParam = (kind: string, description: string, example: string): Param => ({
  kind,
  description,
  example,
  read: (text) => text,
});

export const FILE = idParam("file", "file-", isFileId);
export const VECTOR_STORE = idParam("vector store", "vs_", isVectorStoreId);
export const FILE_BATCH = idParam("file batch", "vsfb_", isFileBatchId);
export const CONVERSATION = idParam("conversation", "conv_", isConversationId);
export const RESPONSE = {
  ...idParam("response", "resp_", isResponseId),
  example: `resp_${EXAMPLE_KEY}${EXAMPLE_KEY}`,
};
export const SCHEDULE = idParam("schedule", "sched_", isScheduleId);
/** A run that was started by itself, or the run that answers a response, under the response's id. */
export const RUN = idParam(
  "run",
  "run_",
  (text): text is RunId | ResponseId => isRunId(text) || isResponseId(text),
);
export const PROJECT = textParam("project", "Id of the project.", `proj_${EXAMPLE_KEY}`);
