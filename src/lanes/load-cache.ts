import type { BacklogLoad } from "./backlog.ts";

/** Time for which a load that was read counts as the present one, in milliseconds. */
const FRESH_MS = 1_000;

type Sample = { readonly load: BacklogLoad | null; readUntil: number; admitted: number };

/**
 * The loads of backlogs as one isolate knows them, so that under load most requests ask nobody. A load is read again
 * after a second; while one request reads it, the others use the one before for a second more. The work that this
 * isolate has admitted since is added to it, so that a burst does not pass before the next reading.
 */
export class LoadCache {
  readonly #samples = new Map<string, Sample>();

  /**
   * Returns the load of the backlog `name`, from the cache or from `find`, which returns null if nobody knows it. `now`
   * is in milliseconds since the epoch.
   */
  async read(
    name: string,
    find: () => Promise<BacklogLoad | null>,
    now = Date.now(),
  ): Promise<BacklogLoad | null> {
    const sample = this.#samples.get(name);
    if (sample && now < sample.readUntil && now >= sample.readUntil - FRESH_MS) {
      return withAdmitted(sample);
    }
    if (sample) sample.readUntil = now + FRESH_MS;
    const load = await find();
    this.#samples.set(name, { load, readUntil: now + FRESH_MS, admitted: 0 });
    return load;
  }

  /** Counts a piece of work that was admitted to the backlog `name`. */
  count(name: string): void {
    const sample = this.#samples.get(name);
    if (sample) sample.admitted += 1;
  }
}

const withAdmitted = ({ load, admitted }: Sample): BacklogLoad | null =>
  load && {
    ...load,
    jobs: load.jobs + admitted,
    room: Math.max(0, load.room - admitted),
  };
