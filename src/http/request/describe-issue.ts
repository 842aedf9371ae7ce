import type { z } from "zod";

const NAMES: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "a boolean",
  int: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a string",
};

/**
 * Describes a value of the wrong type in words of the API: "it is required", "it must be a string, not a number". Zod
 * asks it about each issue whose schema has no message of its own; undefined leaves zod's wording.
 */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== "invalid_type") return undefined;
  if (issue.input === undefined) return "it is required";
  const expected = NAMES[issue.expected];
  if (!expected) return undefined;
  const received = NAMES[nameType(issue.input)];
  return received && received !== expected
    ? `it must be ${expected}, not ${received}`
    : `it must be ${expected}`;
};

function nameType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
