import type { Definition } from "../../src/kernel/rules/definition.ts";
import type { Signal } from "../../src/kernel/rules/run/signal.ts";

/**
 * A command that the crash fuzz sends by HTTP to an object under test, such as to start a run or to send it a signal.
 */
export type Command =
  | {
      readonly name: "start";
      readonly id: string;
      readonly definition: Definition;
      readonly workflows?: Readonly<Record<string, Definition>>;
      /** True to only store the run, so that its first steps run when the object's alarm fires. */
      readonly isLeft?: boolean;
    }
  | { readonly name: "cancel" | "pause" | "resume"; readonly id: string }
  /** Retries a run that has ended for the first time. Returns true once it was retried, also for a repeated command. */
  | { readonly name: "retry"; readonly id: string; readonly from: string }
  | { readonly name: "signal"; readonly id: string; readonly signal: Signal }
  | { readonly name: "settle"; readonly lease: string; readonly output: unknown }
  | { readonly name: "view"; readonly id: string }
  /** Makes transactions fail during the next alarm. */
  | { readonly name: "fail_alarm" };
