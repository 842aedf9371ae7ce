import { Environment, EvaluationError, ParseError, TypeError } from "@marcbachmann/cel-js";

import { err, ok, type Result } from "../../result.ts";
import { type CelNode, textOf } from "./cel-nodes.ts";
import { Meter, meterNodes } from "./meter.ts";
import { type References, referencesOf } from "./references.ts";

export const SOURCE_CHARACTERS_MAX = 4_096;
const PROGRAMS_MAX = 256;
const SOURCE_SHOWN = 60;

/** The variables that exist; `item` and `index` only in a step with `map`. */
export const VARIABLES: ReadonlySet<string> = new Set(["input", "run", "steps", "item", "index"]);
/** What the rules of `rules@1` speak of instead. */
export const RULE_VARIABLES: ReadonlySet<string> = new Set(["answer", "context"]);

/** An expression that was read: what it speaks of, what it comes to, and how to run it. */
export type CelProgram = {
  readonly references: References;
  /** CEL's name of its type, `dyn` when only running it tells; or why it has none. */
  readonly type: Result<string, string>;
  /** Throws an Error for people. The result is a value of CEL. */
  readonly run: (variables: Readonly<Record<string, unknown>>, meter: Meter) => unknown;
};

// Reading is pure, so programs are shared by everybody; a Map keeps the order in which they were last used.
const programs = new Map<string, CelProgram>();

/** Reads an expression, from the cache when it was read lately. Throws an Error for people when it cannot be read. */
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

/** Whether CEL itself knows the name: a type, or the home of functions. */
export const isCelName = (name: string): boolean =>
  !VARIABLES.has(name) && !RULE_VARIABLES.has(name) && environment.hasVariable(name);

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 1_000, maxDepth: 40, maxListElements: 500, maxMapEntries: 200 },
});
for (const name of VARIABLES) environment.registerVariable(name, name === "index" ? "int" : "dyn");
for (const name of RULE_VARIABLES) environment.registerVariable(name, "dyn");
// JSON does not tell 2 from 2.0, so they must go together.
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
      `The expression has ${source.length} characters, at most ${SOURCE_CHARACTERS_MAX} are read`,
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
  const references = referencesOf(tree);
  const [mistake] = references.mistakes;
  return {
    references,
    type,
    run(variables, meter) {
      if (mistake !== undefined) throw new Error(mistake);
      if (!type.ok) throw new Error(type.error);
      current = meter;
      // A copy, because a kept program keeps the object that it was last run with.
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

/** One line for people: what is wrong, and where in the expression. */
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
  const owner = textOf(node.args[0]);
  if (error.code === "index_out_of_bounds") return `${owner} has no item there: ${error.summary}`;
  return error.code === "no_such_key"
    ? `${owner} has no member ${error.summary.replace("No such key: ", "")}`
    : null;
}

const shorten = (source: string): string =>
  source.length > SOURCE_SHOWN ? `${source.slice(0, SOURCE_SHOWN)}…` : source;
