import type { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../../kernel/rules/definition.ts";
import { NATIVE_WAITS } from "../../kernel/rules/run/native-wait.ts";

/** The available step types, by `name@major`. */
export type StepTypes = Readonly<Record<string, StepType>>;

/** A step type, as the compiler knows it. */
export type StepType = {
  /** Schema of the filled-in `with`; a missing `with` counts as `{}`. Without a schema, any value is valid. */
  readonly with?: z.ZodType;
  /** True for a step that only waits. It has no attempts and no items, and cannot be a fallback or an undo. */
  readonly waits?: boolean;
  /** The only place where the step type works: in a replacement of the built-in workflow that uses it. */
  readonly only?: "answers" | "ingestion";
  /** True when at most one step of a workflow may have this type, without `map`. */
  readonly once?: boolean;
};

/** The step types that the kernel itself performs. */
export const NATIVE_STEPS = {
  [SLEEP]: { with: NATIVE_WAITS[SLEEP], waits: true },
  [SIGNAL]: { with: NATIVE_WAITS[SIGNAL], waits: true },
  [SUBWORKFLOW]: { with: NATIVE_WAITS[SUBWORKFLOW] },
} satisfies Record<keyof typeof NATIVE_WAITS, StepType>;
