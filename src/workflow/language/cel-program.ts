import { Environment, EvaluationError, ParseError, TypeError } from "@marcbachmann/cel-js";

import { err, ok, type Result } from "../../result.ts";
import { type CelNode, readSourceText } from "./cel-nodes.ts";
import { Meter, meterNodes } from "./meter.ts";
import { type References, findReferences } from "./references.ts";

/** Maximum length of an expression, in characters. */
export const SOURCE_CHARACTERS_MAX = 4_096;
const PROGRAMS_MAX = 256;
const SOURCE_SHOWN = 60;

/** The variables that expressions of workflows can use. `item` and `index` exist only in a step with `map`. */
export const VARIABLES: ReadonlySet<string> = new Set(["input", "run", "steps", "item", "index"]);
/** The variables that the CEL rules of a `rules@1` step can use. */
export const RULE_VARIABLES: ReadonlySet<string> = new Set(["answer", "context"]);

/** A parsed CEL expression: the names it refers to, its type, and a function that evaluates it. */
export type CelProgram = {
  readonly references: References;
  /** The name of its type in CEL, `dyn` if it is known only when it is evaluated; or the error of the type check. */
  readonly type: Result<string, string>;
  /**
   * Evaluates the expression and returns a CEL value. The work is counted by `meter`. Throws an Error whose message is
   * for users.
   */
  readonly run: (variables: Readonly<Record<string, unknown>>, meter: Meter) => unknown;
};

// Parsing is pure, so all callers share programs. The Map keeps the order of last use.
const programs = new Map<string, CelProgram>();

/** Parses a CEL expression, or returns it from a cache. Throws an Error whose message is for users if it is invalid. */
export function readCel(source: string): CelProgram {
  const program = programs.get(source) ?? compile(source);
  programs.delete(source);
  programs.set(source, program);
  if (programs.size > PROGRAMS_MAX) {
    for (const oldest of programs.keys()) {
      programs.delete(oldest);
      break;
    }
  }
  return program;
}

/** Tests whether CEL itself defines a name, as that of a type or a namespace of functions. */
export const isCelName = (name: string): boolean =>
  !VARIABLES.has(name) && !RULE_VARIABLES.has(name) && environment.hasVariable(name);

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 1_000, maxDepth: 40, maxListElements: 500, maxMapEntries: 200 },
});
for (const name of VARIABLES) environment.registerVariable(name, name === "index" ? "int" : "dyn");
for (const name of RULE_VARIABLES) environment.registerVariable(name, "dyn");
// JSON does not distinguish 2 from 2.0, so integers and doubles must mix.
const mixed: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
};
for (const [operator, compute] of Object.entries(mixed)) {
  const handle = (left: unknown, right: unknown) => compute(Number(left), Number(right));
  environment.registerOperator(`int ${operator} double: double`, handle);
  environment.registerOperator(`double ${operator} int: double`, handle);
}

function compile(source: string): CelProgram {
  if (source.length > SOURCE_CHARACTERS_MAX) {
    throw new Error(
      `The expression has ${source.length} characters, at most ${SOURCE_CHARACTERS_MAX} are allowed`,
    );
  }
  if (source.trim() === "") throw new Error("The expression is empty");
  const parsed = explained(source, () => environment.parse(source));
  const checked = explained(source, () => parsed.check());
  let current = new Meter();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The library's types leave out what cel-nodes.ts describes.
  const tree = parsed.ast as CelNode;
  const nodes = checked.valid ? meterNodes(tree, () => current) : 0;
  const type: CelProgram["type"] = checked.valid
    ? ok(checked.type ?? "dyn")
    : err(explain(source, checked.error));
  const references = findReferences(tree);
  const [mistake] = references.mistakes;
  return {
    references,
    type,
    run(variables, meter) {
      if (mistake !== undefined) throw new Error(mistake);
      if (!type.ok) throw new Error(type.error);
      current = meter;
      // A copy, because a cached program keeps the object of its last run.
      const scope = { ...variables };
      return explained(source, () => {
        try {
          meter.pay(nodes);
          const value: unknown = parsed(scope);
          return value;
        } finally {
          for (const name of Object.keys(scope)) Reflect.deleteProperty(scope, name);
          meter.check();
        }
      });
    },
  };
}

function explained<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(explain(source, error), { cause: error });
  }
}

/** Returns one line for users: the error, and its position in the expression. */
function explain(source: string, error: unknown): string {
  if (!isCelError(error)) {
    if (error instanceof RangeError) return "The expression is nested too deep";
    return error instanceof Error ? error.message : String(error);
  }
  const what = missingMember(error) ?? error.summary.replaceAll(/\bEOF\b/g, "the end");
  const start = error.range?.start;
  if (start === undefined) return `${what} in ${shorten(source)}`;
  const before = source.slice(0, start).split("\n");
  const line = before.length > 1 ? `line ${before.length}, ` : "";
  return `${what}, at ${line}column ${(before.at(-1) ?? "").length + 1} of ${shorten(source)}`;
}

type CelError = ParseError | EvaluationError | TypeError;

const isCelError = (error: unknown): error is CelError =>
  error instanceof ParseError || error instanceof EvaluationError || error instanceof TypeError;

function missingMember(error: CelError): string | null {
  if (!(error instanceof EvaluationError) || !error.node) return null;
  const { node } = error;
  const isAccess = node.op === "." || node.op === "[]" || node.op === ".?" || node.op === "[?]";
  if (!isAccess) return null;
  const owner = readSourceText(node.args[0]);
  if (error.code === "index_out_of_bounds") return `${owner} has no such item: ${error.summary}`;
  return error.code === "no_such_key"
    ? `${owner} has no member ${error.summary.replace("No such key: ", "")}`
    : null;
}

const shorten = (source: string): string =>
  source.length > SOURCE_SHOWN ? `${source.slice(0, SOURCE_SHOWN)}…` : source;
