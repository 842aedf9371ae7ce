/**
 * Returns the processor time that this process has used, in milliseconds. Unlike a clock, it does not count the time of
 * other processes.
 */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
