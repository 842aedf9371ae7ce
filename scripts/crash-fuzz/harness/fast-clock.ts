/** A clock that runs faster than the real one, so that a lease of 30 s ends in a fraction of a second. */
export type FastClock = {
  now(): number;
  /** Converts a time of this clock to real time. Both are in milliseconds since the epoch. */
  wallTime(at: number): number;
};

/** Makes a clock that shows the real time at `epoch` and runs `rate` times as fast from then on. */
export function fastClock(epoch: number, rate: number): FastClock {
  return {
    now: () => Math.floor(epoch + (Date.now() - epoch) * rate),
    wallTime: (at) => Math.ceil(epoch + (at - epoch) / rate),
  };
}
