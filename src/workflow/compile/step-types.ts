import type { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../../kernel/rules/definition.ts";
import { NATIVE_WAITS } from "../../kernel/rules/run/native-wait.ts";

/** What there is to `use`, by `name@major`. */
export type StepTypes = Readonly<Record<string, StepType>>;

export type StepType = {
  /** What its `with` looks like once it is filled in; `{}` stands in for none. Without it, anything goes. */
  readonly with?: z.ZodType;
  /** Nothing is done, only waited: it has no attempts, no items, and is no way to do or to undo anything. */
  readonly waits?: boolean;
  /** Where alone it works: in the place of the built-in workflow that is made of it. */
  readonly only?: "answers" | "ingestion";
  /** One step of a workflow does it, and does it once. */
  readonly once?: boolean;
};

/** The steps that the kernel performs itself. */
export const NATIVE_STEPS = {
  [SLEEP]: { with: NATIVE_WAITS[SLEEP], waits: true },
  [SIGNAL]: { with: NATIVE_WAITS[SIGNAL], waits: true },
  [SUBWORKFLOW]: { with: NATIVE_WAITS[SUBWORKFLOW] },
} satisfies Record<keyof typeof NATIVE_WAITS, StepType>;
