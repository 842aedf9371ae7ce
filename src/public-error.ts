/**
 * An error whose message is written for clients. The message of any other error may be text of a provider, of a database
 * or of the runtime, with names and data that no client may see: it goes to the log alone.
 */
export class PublicError extends Error {}

/** Returns the message of a public error, and otherwise a message without details. */
export function publicMessage(error: unknown): string {
  return error instanceof PublicError ? error.message : INTERNAL;
}

const INTERNAL = "An internal error of the service; its log has the details.";
