/**
 * Sets the next alarm, at the time `at` (milliseconds since the epoch), and waits until it is on disk. Every alarm
 * handler calls this before any work, and replaces the alarm when its work is done. If an alarm handler throws or dies,
 * the platform calls it again only a few times. After that, an object without an alarm never wakes by itself, even if
 * it has work that is due.
 */
export async function armBeforeWork(
  storage: Pick<DurableObjectStorage, "setAlarm" | "sync">,
  at: number,
): Promise<void> {
  void storage.setAlarm(at);
  await storage.sync();
}
