import type { Dice } from "../http-fuzz/dice.ts";

/** A kind of random damage to a file. `apply` returns the damaged bytes; null if the file has nothing to damage so. */
export type FileMutation = {
  readonly name: string;
  readonly apply: (
    bytes: Buffer,
    dice: Dice,
    others: readonly Uint8Array[],
  ) => Buffer | null | Promise<Buffer | null>;
};
