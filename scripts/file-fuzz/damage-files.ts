import { Dice } from "../http-fuzz/dice.ts";
import { type Format, listFormats } from "./formats.ts";

/** A damaged file. `name` begins with its format and number, by which `--only` makes it again. */
export type DamagedFile = {
  readonly name: string;
  readonly format: string;
  readonly bytes: Buffer;
  /** The good file that it was made of, and what was done to it. */
  readonly history: string;
};

const DAMAGES_MAX = 4;
const BYTES_MAX = 4 * 1024 * 1024;

/** Damages good files. The same seed makes the same files; each file depends on its own number alone. */
export class FileDamager {
  readonly #seed: string;
  readonly #formats: readonly Format[];

  constructor(seed: string) {
    const formats = listFormats();
    this.#seed = seed;
    this.#formats = formats.flatMap((format) => Array.from({ length: format.share }, () => format));
  }

  /** Makes the file with a number. Formats take turns. */
  async damageFile(number: number): Promise<DamagedFile> {
    const dice = new Dice(`${this.#seed} ${number}`);
    const format = this.#formats[number % this.#formats.length];
    if (!format) throw new Error("There are no formats");
    const good = dice.pick(format.files);
    const others = format.files.map(({ bytes }) => bytes);
    let bytes = Buffer.from(good.bytes);
    const history = [good.name];
    for (let left = 1 + dice.below(DAMAGES_MAX); left > 0; left--) {
      const { name, apply } = dice.pick(format.damage);
      const damaged = await apply(bytes, dice, others);
      if (!damaged || damaged.length === 0 || damaged.length > BYTES_MAX) continue;
      bytes = Buffer.from(damaged);
      history.push(name);
    }
    const ending = good.name.slice(good.name.lastIndexOf("."));
    const name = `${format.name}-${number}${ending}`;
    return { name, format: format.name, bytes, history: history.join(", ") };
  }
}
