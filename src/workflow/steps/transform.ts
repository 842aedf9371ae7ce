import { z } from "zod";

/** The schema of the parameters of `transform@1`: any value, whose expressions are evaluated before the step begins. */
export const TransformWith = z.strictObject({ value: z.unknown() });

/** Runs a `transform@1` step: returns its parameter `value`, whose expressions the kernel has evaluated. */
export function transformStep({ value }: z.output<typeof TransformWith>): unknown {
  return value ?? null;
}
