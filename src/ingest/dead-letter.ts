/** A queue message that failed in all of its deliveries, as it is stored for operators. */
export type DeadLetter = {
  readonly id: string;
  readonly queue: string;
  readonly projectId: string | null;
  readonly body: string;
  readonly sentAt: number;
};
