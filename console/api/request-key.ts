let readClock = () => Date.now();

/** Sets the clock by which request keys are made: the service's, in milliseconds since the epoch. */
export function useServiceClock(read: () => number): void {
  readClock = read;
}

/**
 * Makes the idempotency key of a request: a UUID of version 7. The service takes the time in it as that of what the
 * request creates, so lists show the newest first.
 */
export function newRequestKey(): string {
  const time = Math.round(readClock()).toString(16).padStart(12, "0");
  // Everything after the version, which is the fifteenth character.
  const random = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random}`;
}
