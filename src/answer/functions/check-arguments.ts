import type { AnswerFunction } from "../answer-request.ts";
import { ArgumentsCheck } from "./arguments-check.ts";
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
  strict && parameters !== null && findStrictProblem(parameters) === null
    ? new ArgumentsCheck(parameters)
    : null;
