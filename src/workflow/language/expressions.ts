import type { Expressions, ExpressionScope, StepResult } from "../../kernel/rules/expressions.ts";
import { readCel } from "./cel-program.ts";
import { JsonWriter, toCel } from "./cel-values.ts";
import { ALLOWANCE, Meter } from "./meter.ts";
import type { References } from "./references.ts";
import { expressionLeaves, fillTemplate } from "./template.ts";

/**
 * The expressions of workflows, in CEL. An evaluation, or the filling of one template, may take about 50 ms of work,
 * and its result may have at most 1 MB as JSON. Beyond these limits it throws.
 */
export const celExpressions: Expressions = {
  evaluate(source, scope) {
    return metered((meter) => evaluator(scope, meter)(source));
  },
  fill(template, scope) {
    return metered((meter) => fillTemplate(template, evaluator(scope, meter)));
  },
  renew() {
    left = TOGETHER_MAX;
  },
  stepsIn(template) {
    const steps = new Set<string>();
    for (const source of listSources(template)) {
      const { references } = readCel(source);
      if (references.dynamic) throw new Error(references.mistakes[0]);
      for (const step of references.steps) steps.add(step);
    }
    return [...steps];
  },
};

/** Allowance of all evaluations in one transaction: ten times that of one expression, about half a second. */
const TOGETHER_MAX = 10 * ALLOWANCE;
/**
 * Evaluation is synchronous, and a transaction begins with a renewal, so one number serves all objects of an
 * isolate.
 */
let left = TOGETHER_MAX;

function metered<Value>(evaluate: (meter: Meter) => Value): Value {
  if (left <= 0) {
    throw new Error("The expressions of one transaction take too long in total");
  }
  const meter = new Meter();
  try {
    return evaluate(meter);
  } finally {
    // An expression that was refused before it ran costs no more than the allowance of one.
    left -= Math.min(meter.paid, ALLOWANCE);
  }
}

function evaluator(scope: ExpressionScope, meter: Meter): (source: string) => unknown {
  const writer = new JsonWriter();
  return (source) => {
    const { references, run } = readCel(source);
    return writer.write(run(convertVariables(scope, references), meter));
  };
}

/** Converts only the values that the expression refers to. */
function convertVariables(scope: ExpressionScope, references: References): Record<string, unknown> {
  const wanted = references.variables;
  const variables: Record<string, unknown> = {};
  if (wanted.has("input")) variables["input"] = toCel(scope.input);
  if (wanted.has("run")) {
    const createdAt = BigInt(Math.floor(scope.run.createdAt / 1_000));
    variables["run"] = new Map<string, unknown>([
      ["id", scope.run.id],
      ["created_at", createdAt],
    ]);
  }
  if (wanted.has("steps")) {
    const steps = new Map<string, unknown>();
    for (const name of references.steps) {
      const result = Object.hasOwn(scope.steps, name) ? scope.steps[name] : undefined;
      if (result) steps.set(name, stepResult(result));
    }
    variables["steps"] = steps;
  }
  if (wanted.has("item") && "item" in scope) variables["item"] = toCel(scope.item);
  if (wanted.has("index") && scope.index !== undefined) {
    variables["index"] = BigInt(scope.index);
  }
  return variables;
}

const stepResult = ({ status, output, error }: StepResult) =>
  new Map<string, unknown>([
    ["status", status],
    ["output", toCel(output)],
    ["error", error],
  ]);

/**
 * Returns the expressions of a template or of a bare condition. The two look alike, so a text counts as whichever
 * form parses, and as both if both do: extra steps in a scope are harmless.
 */
function listSources(template: unknown): readonly string[] {
  const sources: string[] = [];
  for (const { parts } of expressionLeaves(template)) {
    if (!parts.ok) continue;
    for (const part of parts.value) if ("source" in part) sources.push(part.source);
  }
  if (typeof template === "string" && isReadable(template)) sources.push(template);
  return sources;
}

function isReadable(source: string): boolean {
  try {
    readCel(source);
    return true;
  } catch {
    return false;
  }
}
