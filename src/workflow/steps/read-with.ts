import type { z } from "zod";

import { FatalStepError } from "../../kernel/rules/step-handler.ts";

/** A step's filled-in `with`, read against the schema of its type; what is wrong with it cannot change by trying again. */
export function readWith<Schema extends z.ZodType>(schema: Schema, given: unknown) {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, ISSUES_TOLD).map(({ path, message }) => {
    const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
    return `with${at.join("")}: ${message}`;
  });
  throw new FatalStepError(`What the step is given is not valid: ${issues.join("; ")}`);
}

const ISSUES_TOLD = 5;
