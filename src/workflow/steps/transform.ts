import { z } from "zod";

/** `transform@1`: any value; its expressions were evaluated before the step began. */
export const TransformWith = z.strictObject({ value: z.unknown() });

export function transformStep({ value }: z.output<typeof TransformWith>): unknown {
  return value ?? null;
}
