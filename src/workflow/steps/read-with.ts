import type { z } from "zod";

import { FatalStepError } from "../../kernel/rules/step-handler.ts";

/**
 * Checks the parameters (`with`) of a step, after their expressions were evaluated, against the schema of its type.
 * Throws a FatalStepError, since a retry would get the same parameters.
 */
export function readWith<Schema extends z.ZodType>(schema: Schema, given: unknown) {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => {
    const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
    return `with${at.join("")}: ${message}`;
  });
  throw new FatalStepError(`The input of the step is not valid: ${issues.join("; ")}`);
}

const ISSUES_SHOWN = 5;
