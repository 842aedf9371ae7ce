/**
 * An error whose message is written for clients. The message of any other error may be text of a provider, a database
 * or the runtime, with names and data that no client may see, so it is only logged. The `cause` of a `PublicError`,
 * which holds the original error text without secrets, is only logged, too.
 */
export class PublicError extends Error {}

/**
 * Returns the message by which clients learn of an error: its own message if it is a `PublicError`, otherwise a
 * sentence without details.
 */
export function publicMessage(error: unknown): string {
  if (error instanceof PublicError) return error.message;
  const message = error instanceof Error ? error.message : "";
  return PLATFORM_SENTENCES.find((sentence) => message.startsWith(sentence)) ?? INTERNAL;
}

/** The platform's own sentences for a failure that passes. They contain nothing but themselves. */
const PLATFORM_SENTENCES = ["Network connection lost.", "The object is overloaded."];

const INTERNAL = "An internal error of the service; its log has the details.";
