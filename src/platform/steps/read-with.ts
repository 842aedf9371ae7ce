import type { z } from "zod";

import { FatalStepError } from "../../kernel/step-handler.ts";

/** Reads what a step is given, which templates have filled in; what is wrong stays wrong on every attempt. */
export function readWith<Schema extends z.ZodType>(
  use: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".") || "with"}: ${message}`);
  throw new FatalStepError(`${use} cannot work with what it was given. ${problems.join("; ")}`);
}
