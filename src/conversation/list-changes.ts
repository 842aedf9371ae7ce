import { type ConversationId, isConversationId, isResponseId, type ResponseId } from "../ids.ts";

/** Time until the list of conversations shows a new one, its title or its new metadata, in milliseconds. */
const CONVERSATION_DELAY_MS = 1_000;
/** Time until the list of responses in the background shows a change, in milliseconds: short answers are written once. */
const BACKGROUND_DELAY_MS = 2_000;
/** Time until the list of conversations shows that there was a further question: ten minutes, in milliseconds. */
const ACTIVITY_DELAY_MS = 600_000;

/** The facts in the log of a conversation object that lists read. */
export const LISTED_FACTS = {
  conversationUpdated: "conversation.updated",
  conversationErased: "conversation.erased",
  itemErased: "item.erased",
  responseCreated: "response.created",
  /** A response in the background was erased, so its row in the list must go. */
  responseUnlisted: "response.unlisted",
} as const;

/** An entry of the log of a conversation object, with the present state of the response that it is about. */
export type LoggedChange = {
  /** Time of the change, in milliseconds since the epoch. */
  readonly at: number;
  readonly fact: string;
  /** Id of the conversation, the response or the item. */
  readonly subject: string;
  /** The response that it is about, or whose item it is about; null for any other, and if there is none. */
  readonly responseId: ResponseId | null;
  readonly isInConversation: boolean;
  /** True for a response in the background that was not erased. */
  readonly isBackground: boolean;
};

/** The rows of lists that changes make out of date. Times are in milliseconds since the epoch. */
export type ListPlan = {
  /** True if the conversation, or the time of its last question, has changed. */
  readonly isChanged: boolean;
  /** The conversation, if it was erased, and with it all its responses. */
  readonly erased: ConversationId | null;
  /** Time of the last question; null if none was asked. */
  readonly activeAt: number | null;
  /** The responses in the background that have changed. */
  readonly responses: readonly ResponseId[];
  /** The responses in the background that were erased. */
  readonly removed: readonly ResponseId[];
  /** When the rows must be written; null if all are up to date. */
  readonly due: number | null;
};

/** A response, as far as the time matters at which lists show it. */
export type ListedKind = {
  readonly isBackground: boolean;
  /** True if it asks the first question of its conversation that lists know. */
  readonly isFirstQuestion: boolean;
  readonly isInConversation: boolean;
};

/**
 * Returns the time in milliseconds until lists show a change of a response; null if no list shows it. A further question
 * in a conversation only changes the time of its last use, which may be old, so that it costs almost nothing.
 */
export function delayOfResponse(
  { isBackground, isFirstQuestion, isInConversation }: ListedKind,
  change: "asked" | "answered",
): number | null {
  if (isInConversation && isFirstQuestion && change === "asked") return CONVERSATION_DELAY_MS;
  if (isBackground) return BACKGROUND_DELAY_MS;
  return isInConversation && change === "asked" ? ACTIVITY_DELAY_MS : null;
}

/** Returns the time in milliseconds until lists show a change of the conversation itself. */
export const delayOfConversation = (): number => CONVERSATION_DELAY_MS;

/**
 * Finds the rows of lists that logged changes make out of date. `isTitled` says whether lists know the first question of
 * the conversation.
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
