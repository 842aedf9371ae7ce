import { shorten } from "../../shorten.ts";
import { isCelName, readCel, VARIABLES, type CelProgram } from "../language/cel-program.ts";
import { expressionLeaves } from "../language/template.ts";
import type { Path, Problems } from "./workflow-problem.ts";

/** The place of an expression in a workflow, which decides the names that it may use. */
export type ExpressionPlace = {
  readonly path: Path;
  readonly steps: ReadonlySet<string>;
  /** Explains why the result of a step is not available to the expression; null if it is. */
  readonly absent: (step: string) => string | null;
  /** True if the expression is in a step with `map`, where `item` and `index` exist. */
  readonly hasItem: boolean;
};

/** Adds to `problems` what is wrong with the expressions in a template. */
export function checkTemplate(template: unknown, place: ExpressionPlace, problems: Problems): void {
  for (const { path, parts } of expressionLeaves(template)) {
    const at = { ...place, path: [...place.path, ...path] };
    if (!parts.ok) {
      problems.add(at.path, "bad_expression", parts.error);
      continue;
    }
    for (const part of parts.value) {
      if ("source" in part) checkExpression(part.source, null, at, problems);
    }
  }
}

/** The type that the value of an expression must have, and the message if it has another one. */
export type Wanted = {
  /** The allowed types, by their names in CEL. */
  readonly types: readonly string[];
  readonly message: string;
};

/** Requires an expression to be true or false, for `when`. */
export const CONDITION: Wanted = {
  types: ["bool"],
  message: "a condition must be true or false: compare it with something",
};
/** Requires an expression to be a list, for `map.over`. */
export const LIST: Wanted = {
  types: ["list"],
  message: "map.over must be a list",
};

/**
 * Adds to `problems` what is wrong with an expression that is not inside a template. A null `wanted` allows every type.
 */
export function checkExpression(
  source: string,
  wanted: Wanted | null,
  place: ExpressionPlace,
  problems: Problems,
): void {
  const program = read(source, place, problems);
  if (!program) return;
  if (checkReferences(program, place, problems)) return;
  if (!program.type.ok) {
    problems.add(place.path, "bad_type", program.type.error);
    return;
  }
  const type = program.type.value;
  const [kind = type] = type.split("<");
  if (wanted && kind !== "dyn" && !wanted.types.includes(kind)) {
    problems.add(
      place.path,
      "bad_type",
      `This is ${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}, and ${wanted.message}`,
    );
  }
}

function read(source: string, place: ExpressionPlace, problems: Problems): CelProgram | null {
  if (source.includes("${")) {
    const message = "This member is an expression: write it without ${ }";
    problems.add(place.path, "bad_expression", message);
    return null;
  }
  try {
    return readCel(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.add(place.path, "bad_expression", message);
    return null;
  }
}

/**
 * Reports unknown variables and returns true when there are any. The type checker would report them again in its
 * own words.
 */
function checkReferences(
  { references }: CelProgram,
  place: ExpressionPlace,
  problems: Problems,
): boolean {
  let unknown = false;
  for (const variable of references.variables) {
    if (isCelName(variable)) continue;
    if (!VARIABLES.has(variable)) {
      const hint = problems.suggest(variable, VARIABLES);
      const message = `There is no "${shorten(variable)}"${hint || ": expressions know input, run and steps"}`;
      problems.add(place.path, "unknown_reference", message);
      unknown = true;
    } else if (!place.hasItem && (variable === "item" || variable === "index")) {
      const message = `"${variable}" exists only in with, fallback and undo of a step that has map`;
      problems.add(place.path, "unknown_reference", message);
    }
  }
  for (const mistake of references.mistakes) {
    problems.add(place.path, "unknown_reference", mistake);
  }
  for (const step of references.steps) {
    const absent = place.steps.has(step) ? place.absent(step) : null;
    if (absent !== null) problems.add(place.path, "not_an_ancestor", absent);
    if (place.steps.has(step)) continue;
    const message = `There is no step "${shorten(step)}"${problems.suggest(step, place.steps)}`;
    problems.add(place.path, "unknown_reference", message);
  }
  return unknown;
}
