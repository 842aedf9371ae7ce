import type { Definition } from "../../src/kernel/rules/definition.ts";
import type { Signal } from "../../src/kernel/rules/run/signal.ts";

/** What can be asked of an object from outside. */
export type Command =
  | {
      readonly name: "start";
      readonly id: string;
      readonly definition: Definition;
      readonly workflows?: Readonly<Record<string, Definition>>;
      /** Leaves the run to its alarm. */
      readonly isLeft?: boolean;
    }
  | { readonly name: "cancel" | "pause" | "resume"; readonly id: string }
  /** Takes up a run that has ended once. True once that is done, however often it is asked for. */
  | { readonly name: "retry"; readonly id: string; readonly from: string }
  | { readonly name: "signal"; readonly id: string; readonly signal: Signal }
  | { readonly name: "settle"; readonly lease: string; readonly output: unknown }
  | { readonly name: "view"; readonly id: string }
  /** The next alarm finds that storage takes no transactions. */
  | { readonly name: "fail_alarm" };
