/**
 * The first step of every alarm handler: sets the next alarm and waits until it is on disk, before any work. The
 * platform retries a handler that throws or dies only a few times; after that, an object without an alarm never wakes
 * again, although it has work that is due. The handler replaces this alarm when its work is done.
 */
export async function armBeforeWork(
  storage: Pick<DurableObjectStorage, "setAlarm" | "sync">,
  at: number,
): Promise<void> {
  void storage.setAlarm(at);
  await storage.sync();
}
