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
 * Zod's error map for requests: writes messages about values of the wrong type in words of the API, such as "it is
 * required" or "it must be a string, not a number". Returns undefined to keep zod's own message.
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
