/**
 * An error whose message is written for clients. The message of any other error may be text of a provider, of a
 * database or of the runtime, with names and data that no client may see: it goes to the log alone. So does the cause
 * of a public error: the original words, without secrets.
 */
export class PublicError extends Error {}

/** Returns the message of a public error, and otherwise a sentence without details. */
export function publicMessage(error: unknown): string {
  if (error instanceof PublicError) return error.message;
  const message = error instanceof Error ? error.message : "";
  return PLATFORM_SENTENCES.find((sentence) => message.startsWith(sentence)) ?? INTERNAL;
}

/** The platform's own sentences for a failure that passes. They contain nothing but themselves. */
const PLATFORM_SENTENCES = ["Network connection lost.", "The object is overloaded."];

const INTERNAL = "An internal error of the service; its log has the details.";
