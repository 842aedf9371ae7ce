import { seededRandom } from "../crash-fuzz/random.ts";

/** Random choices from a seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  /** Returns true with a chance from 0 to 1. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Returns a whole number from 0 to `below - 1`. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** Picks one of several. Throws when there is none. */
  pick<One>(among: readonly One[]): One {
    const [picked] = among.slice(this.below(among.length));
    if (picked === undefined) throw new Error("There is nothing to pick from");
    return picked;
  }
}
