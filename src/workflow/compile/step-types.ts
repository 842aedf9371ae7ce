import type { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../../kernel/rules/definition.ts";
import { NATIVE_WAITS } from "../../kernel/rules/run/native-wait.ts";

/** The step types that workflows can use, by `name@major`. */
export type StepTypes = Readonly<Record<string, StepType>>;

/** The properties of a step type by which a workflow is checked. */
export type StepType = {
  /**
   * Schema of the parameters (`with`) after their expressions are evaluated; missing parameters count as `{}`. Without
   * a schema, any value is valid.
   */
  readonly with?: z.ZodType;
  /**
   * True for a step type that only waits. Such a step has no attempts and no `map`, and cannot be a fallback or an
   * undo.
   */
  readonly waits?: boolean;
  /**
   * Set for a step type that works only in the built-in workflow for answers, or for ingestion, or in a workflow of a
   * project that replaces it.
   */
  readonly only?: "answers" | "ingestion";
  /** True if at most one step of a workflow may have this type, and that step cannot have `map`. */
  readonly once?: boolean;
};

/** The step types that the kernel implements itself: waits for a time, a signal or another workflow. */
export const NATIVE_STEPS = {
  [SLEEP]: { with: NATIVE_WAITS[SLEEP], waits: true },
  [SIGNAL]: { with: NATIVE_WAITS[SIGNAL], waits: true },
  [SUBWORKFLOW]: { with: NATIVE_WAITS[SUBWORKFLOW] },
} satisfies Record<keyof typeof NATIVE_WAITS, StepType>;
