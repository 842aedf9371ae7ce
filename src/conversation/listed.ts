import type { ConversationId, ResponseId } from "../ids.ts";
import type { ResponseStatus } from "./response-object.ts";
import type { ServiceTier } from "./service-tier.ts";

/** A conversation as its list shows it. Times are in Unix seconds. */
export type ListedConversation = {
  readonly id: ConversationId;
  /** The title in its metadata, or the first words of its first question; null before there is one. */
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** When the last question was asked, or the conversation was created. It may be ten minutes old. */
  readonly activeAt: number;
};

/** A response in the background as its list shows it. Times are in Unix seconds. */
export type ListedResponse = {
  readonly id: ResponseId;
  readonly conversationId: ConversationId | null;
  readonly status: ResponseStatus;
  readonly model: string;
  /** Name of the project's own workflow that answers; null for the built-in one. */
  readonly workflow: string | null;
  readonly serviceTier: ServiceTier;
  /** The first words of its question; null if it has none. */
  readonly title: string | null;
  /** The error by which it failed, in words; null if it did not. */
  readonly error: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

/** A request for a page of a project's responses in the background. */
export type ResponseListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly status?: ResponseStatus | undefined;
};
