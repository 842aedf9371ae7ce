import { z } from "zod";

/** `transform@1`: any value. Its expressions are evaluated before the step begins. */
export const TransformWith = z.strictObject({ value: z.unknown() });

/** Returns the filled-in value. */
export function transformStep({ value }: z.output<typeof TransformWith>): unknown {
  return value ?? null;
}
