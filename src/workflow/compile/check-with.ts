import type { z } from "zod";

import { parseTemplateText } from "../language/template.ts";
import type { Path, Problems } from "./workflow-problem.ts";

/**
 * Holds a step's `with` against its type's schema before it is filled in. What holds an expression may become
 * anything and passes; names of members, members that are missing and values that are written out are checked.
 */
export function checkWith(
  template: unknown,
  schema: z.ZodType,
  path: Path,
  problems: Problems,
): void {
  const parsed = schema.safeParse(template ?? {});
  if (parsed.success) return;
  for (const issue of parsed.error.issues) {
    const at = issue.path.map(String);
    if (mayStillHold(issue, template, at)) continue;
    problems.add([...path, ...at], "invalid_with", wordsOf(issue, template, at));
  }
}

/** The library says of what is missing that it is undefined. */
export function wordsOf(
  issue: z.core.$ZodIssue,
  template: unknown,
  path: readonly string[],
): string {
  const value = path.reduce(memberOf, template);
  return issue.code === "invalid_type" && value === undefined ? "This is missing" : issue.message;
}

function mayStillHold(
  issue: z.core.$ZodIssue,
  template: unknown,
  path: readonly string[],
): boolean {
  const value = path.reduce(memberOf, template);
  if (issue.code === "unrecognized_keys") return false;
  const kind = kindOf(value);
  // Text with an expression inside is text, whatever the expression comes to.
  if (kind === "text") return issue.code !== "invalid_type";
  return kind === "expression" || holdsExpression(value);
}

function kindOf(value: unknown): "plain" | "expression" | "text" {
  if (typeof value !== "string") return "plain";
  const parts = parseTemplateText(value);
  if (!parts.ok) return "expression";
  if (!parts.value.some((part) => "source" in part)) return "plain";
  return parts.value.length === 1 ? "expression" : "text";
}

export function holdsExpression(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return kindOf(value) !== "plain";
  return Object.values(value).some(holdsExpression);
}

export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
