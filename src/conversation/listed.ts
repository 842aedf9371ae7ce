import type { ConversationId, ResponseId } from "../ids.ts";
import type { PageRequest } from "../page.ts";
import type { ResponseStatus } from "./response-object.ts";
import type { ServiceTier } from "./service-tier.ts";

/** A conversation in the list of conversations. Times are in Unix seconds. */
export type ListedConversation = {
  readonly id: ConversationId;
  /** The title in its metadata, or the first words of its first question; null before there is one. */
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Time of the last question or, without one, of the creation. It may be up to ten minutes out of date. */
  readonly activeAt: number;
};

/**
 * A request for a page of a project's conversations: those whose title contains a text, and that were created at
 * `createdAfter` or later, and before `createdBefore`, in Unix seconds.
 */
export type ConversationListQuery = PageRequest<string> & {
  readonly title?: string | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
};

/**
 * A response in the list of background responses. Times are in Unix seconds; `endedAt` is null until the response ends.
 */
export type ListedResponse = {
  readonly id: ResponseId;
  readonly conversationId: ConversationId | null;
  readonly status: ResponseStatus;
  readonly model: string;
  /** Name of the project's own workflow that answers; null for the built-in one. */
  readonly workflow: string | null;
  readonly serviceTier: ServiceTier;
  /** The first words of its question; null if the question has no text. */
  readonly title: string | null;
  /** The error message of a failed response; null for any other. */
  readonly error: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

/**
 * A response in the list of its conversation, whatever its status. Times are in Unix seconds; `endedAt` is null until
 * the response ends.
 */
export type ConversationResponse = Pick<
  ListedResponse,
  "id" | "status" | "createdAt" | "endedAt"
> & { readonly isBackground: boolean };

/**
 * A request for a page of a project's background responses. `after` and `before` are ids of responses (cursors);
 * `status` restricts the list to one status.
 */
export type ResponseListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly status?: ResponseStatus | undefined;
};
