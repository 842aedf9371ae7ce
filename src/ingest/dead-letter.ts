/** A queue message that failed in all of its deliveries. */
export type DeadLetter = {
  readonly id: string;
  readonly queue: string;
  readonly projectId: string | null;
  readonly body: string;
  readonly sentAt: number;
};
