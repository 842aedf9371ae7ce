import type { AnswerFunction } from "../answer-request.ts";
import { ArgumentsCheck } from "./arguments-check.ts";
import type { Schema } from "./schema.ts";
import { findStrictProblem } from "./strict-schema.ts";

/**
 * Explains why the arguments of a model's function call do not match the schema of a strict function; null if they do.
 * For a function that is not strict or has no schema, any text is accepted.
 */
export function findArgumentsProblem(
  called: Pick<AnswerFunction, "strict" | "parameters">,
  input: string,
): string | null {
  const check = checkOf(called);
  check?.push(input);
  check?.end();
  return check?.problem ?? null;
}

/**
 * Returns a check of the arguments of a call of this function. Null if they are not checked: the function is not strict,
 * or its schema is not one that strict functions may have, as in requests stored by earlier builds.
 */
export const checkOf = ({
  strict,
  parameters,
}: Pick<AnswerFunction, "strict" | "parameters">): ArgumentsCheck | null =>
  strict && parameters !== null && isStrict(parameters) ? new ArgumentsCheck(parameters) : null;

/** Tests whether a schema is one that strict functions may have, once for all calls of its function. */
function isStrict(parameters: Schema): boolean {
  const known = KNOWN.get(parameters);
  if (known !== undefined) return known;
  const found = findStrictProblem(parameters) === null;
  KNOWN.set(parameters, found);
  return found;
}

const KNOWN = new WeakMap<Schema, boolean>();
