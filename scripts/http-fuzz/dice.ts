import { seededRandom } from "../crash-fuzz/random.ts";

/** Makes random choices from a seed, the same ones each time. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  /** Returns true with the probability `share`, 0 to 1. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Returns a random whole number from 0 to `below - 1`. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** Returns a random element of a list. Throws if the list is empty. */
  pick<One>(among: readonly One[]): One {
    const [picked] = among.slice(this.below(among.length));
    if (picked === undefined) throw new Error("There is nothing to pick from");
    return picked;
  }
}
