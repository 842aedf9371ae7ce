import type { Definition } from "../../src/kernel/definition.ts";

/** What can be asked of an object from outside. */
export type Command =
  | {
      readonly name: "start";
      readonly id: string;
      readonly definition: Definition;
      readonly input: unknown;
      /** Whether to leave the run to its alarm. */
      readonly isLeft?: boolean;
    }
  | { readonly name: "cancel"; readonly id: string }
  | { readonly name: "signal"; readonly id: string; readonly signal: string }
  | { readonly name: "settle"; readonly lease: string; readonly output: unknown }
  | { readonly name: "view"; readonly id: string }
  /** The next alarm finds that storage takes no transactions. */
  | { readonly name: "fail_alarm" };
