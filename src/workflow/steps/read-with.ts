import type { z } from "zod";

import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { REPEATED_CHARACTERS_MAX, shorten } from "../../shorten.ts";

/**
 * Checks the parameters (`with`) of a step, after their expressions were evaluated, against the schema of its type.
 * Throws a FatalStepError, since a retry would get the same parameters.
 */
export function readWith<Schema extends z.ZodType>(schema: Schema, given: unknown) {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  throw new FatalStepError(`The input of the step is not valid: ${describe(parsed.error.issues)}`);
}

const ISSUES_SHOWN = 5;

/** Describes the first issues, as far as there is room for the names that they repeat. */
function describe(issues: readonly z.core.$ZodIssue[]): string {
  const shown: string[] = [];
  let left = REPEATED_CHARACTERS_MAX;
  for (const { path, code, message } of issues.slice(0, ISSUES_SHOWN)) {
    const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
    const place = shorten(`with${at.join("")}`);
    // Zod names the keys.
    const isNamed = code === "unrecognized_keys";
    const text = isNamed ? shorten(message) : message;
    left -= place.length + (isNamed ? text.length : 0);
    if (left < 0 && shown.length > 0) break;
    shown.push(`${place}: ${text}`);
  }
  return shown.join("; ");
}
