import type { Load } from "./offer-load.ts";

/** A stage of the benchmark: the load that was offered, as a share of the capacity, and what became of it. */
export type Stage = {
  readonly share: number;
  /** Requests per second. */
  readonly offered: number;
  readonly elapsed: number;
  /** Answers that were completed per second, by lane. */
  readonly completed: Readonly<Record<string, number>>;
  readonly load: Load;
  /** The largest memory of workerd, in MB. */
  readonly memoryMb: number;
};

/** Adds up figures by lane. */
export const sumOf = (lanes: Readonly<Record<string, number>>): number =>
  Object.values(lanes).reduce((sum, one) => sum + one, 0);
