import { type ConversationId, isConversationId, isResponseId, type ResponseId } from "../ids.ts";

/** Delay until the list of conversations shows a new conversation, its title or its metadata, in milliseconds. */
const CONVERSATION_DELAY_MS = 1_000;
/**
 * Delay until the list of background responses shows a change, in milliseconds. A response that ends within it is
 * written once.
 */
const BACKGROUND_DELAY_MS = 2_000;
/** Delay until the list of conversations shows the time of a further question, in milliseconds: ten minutes. */
const ACTIVITY_DELAY_MS = 600_000;

/** The types of log entries of a conversation object that lists distinguish. */
export const LISTED_FACTS = {
  conversationUpdated: "conversation.updated",
  conversationErased: "conversation.erased",
  itemErased: "item.erased",
  responseCreated: "response.created",
  /** A background response was erased, so its row must be removed from the list. */
  responseUnlisted: "response.unlisted",
} as const;

/** An entry of the log of a conversation object, with the present state of the response that it concerns. */
export type LoggedChange = {
  /** Time of the change, in milliseconds since the epoch. */
  readonly at: number;
  readonly fact: string;
  /** Id of the conversation, response or item that the entry concerns. */
  readonly subject: string;
  /**
   * The response that the entry concerns, directly or through its item; null if there is none or it no longer exists.
   */
  readonly responseId: ResponseId | null;
  readonly isInConversation: boolean;
  /** True for a response in the background that was not erased. */
  readonly isBackground: boolean;
};

/** The rows in lists that log entries have made outdated. Times are in milliseconds since the epoch. */
export type ListPlan = {
  /** True if the row of the conversation is outdated. */
  readonly isChanged: boolean;
  /** The conversation if it was erased with all its responses; otherwise null. */
  readonly erased: ConversationId | null;
  /** Time of the last question in these entries; null if they have none. */
  readonly activeAt: number | null;
  /** The responses in the background that have changed. */
  readonly responses: readonly ResponseId[];
  /** The responses in the background that were erased. */
  readonly removed: readonly ResponseId[];
  /** Time by which the rows must be written; null if none is outdated. */
  readonly due: number | null;
};

/** The properties of a response that determine how soon lists show its changes. */
export type ListedKind = {
  readonly isBackground: boolean;
  /** True if lists have no title for its conversation yet, so that its question may become the title. */
  readonly isFirstQuestion: boolean;
  readonly isInConversation: boolean;
};

/**
 * Returns the delay until lists show a change of a response, in milliseconds; null if no list shows it. A further
 * question in a conversation changes only the time of its last use, so it is written late and with other changes.
 */
export function delayOfResponse(
  { isBackground, isFirstQuestion, isInConversation }: ListedKind,
  change: "asked" | "answered",
): number | null {
  if (isInConversation && isFirstQuestion && change === "asked") return CONVERSATION_DELAY_MS;
  if (isBackground) return BACKGROUND_DELAY_MS;
  return isInConversation && change === "asked" ? ACTIVITY_DELAY_MS : null;
}

/** Returns the delay until lists show a change of the conversation itself, in milliseconds. */
export const delayOfConversation = (): number => CONVERSATION_DELAY_MS;

/**
 * Finds the rows in lists that log entries have made outdated. `isTitled` is true if the lists have a title for the
 * conversation.
 */
export function planLists(changes: readonly LoggedChange[], isTitled: boolean): ListPlan {
  const responses = new Set<ResponseId>();
  const removed = new Set<ResponseId>();
  let isChanged = false;
  let erased: ConversationId | null = null;
  let activeAt: number | null = null;
  let due: number | null = null;
  for (const { at, fact, subject, responseId, isBackground, isInConversation } of changes) {
    const isAsked = fact === LISTED_FACTS.responseCreated;
    let delay: number | null = null;
    if (fact === LISTED_FACTS.responseUnlisted && isResponseId(subject)) {
      removed.add(subject);
      delay = BACKGROUND_DELAY_MS;
    } else if (isResponseId(subject)) {
      const kind = { isBackground, isInConversation, isFirstQuestion: !isTitled };
      delay = delayOfResponse(kind, isAsked ? "asked" : "answered");
      if (isAsked && isInConversation) [activeAt, isChanged] = [at, true];
    } else if (isConversationId(subject) || fact === LISTED_FACTS.itemErased) {
      if (fact === LISTED_FACTS.conversationErased && isConversationId(subject)) erased = subject;
      isChanged = true;
      delay = CONVERSATION_DELAY_MS;
    }
    if (isBackground && responseId) responses.add(responseId);
    if (delay !== null) due = Math.min(due ?? Infinity, at + delay);
  }
  return {
    isChanged,
    erased,
    activeAt,
    responses: [...responses],
    removed: [...removed],
    due,
  };
}
