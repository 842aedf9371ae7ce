/** A message of a queue that no consumer could read, as it is stored for operators. */
export type DeadMessage = {
  readonly id: string;
  readonly queue: string;
  /** The project that the message names, if it names one. */
  readonly projectId: string | null;
  /** The message as JSON. */
  readonly body: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly sentAt: number;
};

/** A message that was stored at `createdAt` (Unix seconds), with its content. */
export type KeptMessage = Omit<DeadMessage, "body"> & {
  readonly body: unknown;
  readonly createdAt: number;
};

/** Time for which a message is kept, in seconds: 30 days. */
export const MESSAGE_KEPT_SECONDS = 30 * 24 * 3_600;
