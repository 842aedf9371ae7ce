import { z } from "zod";

import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";

/** The schema of the policy for a request that arrives while a response of its conversation is in progress. */
export const ConversationPolicy = z.enum(["queue", "reject", "latest"]);
/**
 * The policy for a request that arrives while a response of its conversation is in progress: it waits for its turn, it
 * is refused, or it replaces those before it.
 */
export type ConversationPolicy = z.output<typeof ConversationPolicy>;

/** The policy of conversations and requests that name none. */
export const POLICY_DEFAULT: ConversationPolicy = "queue";
/** Maximum number of requests that wait for their turn in one conversation. */
const WAITING_TURNS_MAX = 8;
/** The longest wait of a request whose client is connected, in milliseconds. */
export const TURN_WAIT_MS_MAX = 60_000;
/** The number of seconds after which a request that found no turn may be sent again. */
const RETRY_AFTER_S = 10;

/** The refusal of a request with the policy `reject` while another response of the conversation is in progress. */
const BUSY: Refusal = {
  code: "conversation_busy",
  message:
    "The conversation's previous response is still in progress. Wait until it ends, then send the request again.",
  param: "conversation",
};
/** The refusal of a request that would be one too many of those that wait in its conversation. */
const TURNS_FULL: Refusal = {
  code: "conversation_busy",
  message: `${WAITING_TURNS_MAX} requests wait for their turn in this conversation, which is the maximum. Send the request again later, or with 'conversation_policy: "latest"' to replace them.`,
  param: "conversation",
  retryAfter: RETRY_AFTER_S,
};
/** The refusal of a request that has waited for its turn as long as its client may be kept waiting. */
export const WAITED_TOO_LONG: Refusal = {
  code: "conversation_busy",
  message: `The request has waited ${TURN_WAIT_MS_MAX / 1000} seconds for its turn in the conversation, and waits no longer. Nothing was stored. Send it again, or with 'background: true' to wait without a limit.`,
  param: "conversation",
  retryAfter: RETRY_AFTER_S,
};
/** The end of a waiting request whose client has left, so that nobody reads it. */
export const CLIENT_LEFT: Refusal = {
  code: "conversation_busy",
  message: "The client has left while the request waited for its turn. Nothing was stored.",
  param: "conversation",
};
/** The refusal of a waiting request that a later one with the policy `latest` has replaced. */
export const TURN_REPLACED: Refusal = {
  code: "turn_replaced",
  message:
    "A later request with the conversation policy 'latest' has replaced this one, which was waiting for its turn. Nothing was stored.",
  param: "conversation",
};

/**
 * Decides about a new request by its policy: it begins at once, waits for its turn, or first replaces the requests
 * before it. `isFree` is true when no response is in progress, and `waiting` is the number of requests that wait.
 */
export function decideTurn(
  policy: ConversationPolicy,
  { isFree, waiting }: { readonly isFree: boolean; readonly waiting: number },
): Result<"begins" | "waits" | "replaces", Refusal> {
  if (isFree && waiting === 0) return ok("begins");
  switch (policy) {
    case "reject":
      return err(BUSY);
    case "latest":
      return ok("replaces");
    case "queue":
      return waiting < WAITING_TURNS_MAX ? ok("waits") : err(TURNS_FULL);
  }
}
