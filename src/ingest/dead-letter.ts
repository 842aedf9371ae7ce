/** A queue message whose deliveries are used up. */
export type DeadLetter = {
  readonly id: string;
  readonly queue: string;
  readonly projectId: string | null;
  readonly body: string;
  readonly sentAt: number;
};
