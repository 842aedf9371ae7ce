import type { ConversationPolicy } from "../../../src/conversation/turn-policy.ts";

const POLICY = "conversation-policy";

/** Reads the policy that a client has set for a conversation; null without one. */
export const readPolicy = (kv: SyncKvStorage): ConversationPolicy | null =>
  kv.get<ConversationPolicy>(POLICY) ?? null;

/** Stores the policy of a conversation, or removes it: null. A conversation without one stores nothing. */
export function writePolicy(kv: SyncKvStorage, policy: ConversationPolicy | null): void {
  if (policy) kv.put<ConversationPolicy>(POLICY, policy);
  else if (readPolicy(kv)) kv.delete(POLICY);
}
