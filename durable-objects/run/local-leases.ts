/**
 * The leases of steps that this process has sent to a queue, where queues are in the memory of the same process
 * (`LOCAL`). A lease that is not among them was sent by a process that has ended, together with its queues.
 */
const sent = new Set<string>();

/** Remembers that a step was sent to a queue under a lease. Does nothing where queues outlive processes. */
export function rememberSent({ LOCAL }: Pick<Env, "LOCAL">, lease: string): void {
  if (LOCAL !== "") sent.add(lease);
}

/** Replaces the lease of a step by that of the consumer that has taken it. */
export function renameSent(lease: string, taken: string): void {
  if (sent.delete(lease)) sent.add(taken);
}

/** Forgets a lease whose step has ended. */
export function forgetSent(lease: string): void {
  sent.delete(lease);
}

/** Returns the test for leases whose messages are lost; undefined where queues outlive processes. */
export const lostLeases = ({ LOCAL }: Pick<Env, "LOCAL">) =>
  LOCAL === "" ? undefined : (lease: string) => !sent.has(lease);
