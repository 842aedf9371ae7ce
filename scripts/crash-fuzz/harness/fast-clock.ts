/** A clock that runs faster than the wall clock, so that a lease of 30 s ends in a fraction of a second. */
export type FastClock = {
  now(): number;
  /** Converts a time of this clock to wall time. */
  wallTime(at: number): number;
};

/** Makes a clock that shows wall time at `epoch` and runs `rate` times as fast. */
export function fastClock(epoch: number, rate: number): FastClock {
  return {
    now: () => Math.floor(epoch + (Date.now() - epoch) * rate),
    wallTime: (at) => Math.ceil(epoch + (at - epoch) / rate),
  };
}
