import type { Refusal } from "../refusal.ts";

export const BUSY: Refusal = {
  code: "conversation_busy",
  message: "The conversation's previous response is still in progress. Wait for its end.",
  param: "conversation",
};
export const IN_PROGRESS: Refusal = {
  code: "response_in_progress",
  message: "The previous response is still in progress. Wait for its end.",
  param: "previous_response_id",
};
export const NOT_CANCELLABLE: Refusal = {
  code: "response_not_cancellable",
  message: "Only a response that was created with background: true can be cancelled.",
};
export const FOLDED: Refusal = {
  code: "invalid_request",
  message:
    "The events of this response were erased 24 hours after its end. Get it without 'stream'.",
  param: "stream",
};
