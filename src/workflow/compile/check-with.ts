import type { z } from "zod";

import { shorten } from "../../shorten.ts";
import { parseTemplateText } from "../language/template.ts";
import type { Path, Problems } from "./workflow-problem.ts";

/**
 * Checks the parameters of a step (`with`) against the schema of its type before expressions are evaluated. A value
 * with an expression may become anything, so it passes. Names, missing parameters and literal values are checked.
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
    problems.add([...path, ...at], "invalid_with", formatIssue(issue, template, at));
  }
}

/**
 * Returns the message for an issue that zod found in a step's parameters (`with`). For a missing parameter zod has a
 * misleading message, which is replaced.
 */
export function formatIssue(
  issue: z.core.$ZodIssue,
  template: unknown,
  path: readonly string[],
): string {
  const value = path.reduce(readMember, template);
  return issue.code === "invalid_type" && value === undefined
    ? "This is missing"
    : describeKeys(issue);
}

/** Returns the message of an issue. That of unknown members lists their names, which may have any length and number. */
const describeKeys = ({ code, message }: z.core.$ZodIssue): string =>
  code === "unrecognized_keys" ? shorten(message, KEYS_CHARACTERS_MAX) : message;

const KEYS_CHARACTERS_MAX = 190;

function mayStillHold(
  issue: z.core.$ZodIssue,
  template: unknown,
  path: readonly string[],
): boolean {
  const value = path.reduce(readMember, template);
  if (issue.code === "unrecognized_keys") return false;
  const kind = classify(value);
  // Text that contains an expression stays text, whatever its value.
  if (kind === "text") return issue.code !== "invalid_type";
  return kind === "expression" || holdsExpression(value);
}

function classify(value: unknown): "plain" | "expression" | "text" {
  if (typeof value !== "string") return "plain";
  const parts = parseTemplateText(value);
  if (!parts.ok) return "expression";
  if (!parts.value.some((part) => "source" in part)) return "plain";
  return parts.value.length === 1 ? "expression" : "text";
}

/** Tests whether a value contains an expression, at any depth. */
export function holdsExpression(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return classify(value) !== "plain";
  return Object.values(value).some(holdsExpression);
}

/** Reads the property `name` of a value; undefined if it has none or is no object. */
export const readMember = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
