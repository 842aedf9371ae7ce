import type { Expression, Template } from "./definition.ts";

/**
 * The language of conditions and templates. An object whose runs have expressions hands one to the kernel. All methods
 * are pure, fast and bounded. They throw an Error with a message for the user.
 *
 * @example
 * const scope = { input: { amount: 20 }, run: { id: "run_1", createdAt: 0 }, steps: {} };
 * expressions.evaluate("input.amount > 10", scope); // true
 * expressions.fill({ text: "${input.amount} euros" }, scope); // { text: "20 euros" }
 * expressions.stepsIn("${steps.draft.output}"); // ["draft"]
 */
export interface Expressions {
  /** Evaluates one expression. */
  evaluate(source: Expression, scope: ExpressionScope): unknown;
  /** Returns the template with each expression replaced by its value. */
  fill(template: Template, scope: ExpressionScope): unknown;
  /** Lists the steps that the expressions of a template name. Only these are in `steps` of the scope. */
  stepsIn(template: Template): readonly string[];
  /**
   * Resets the bound that all evaluations share until the next call. Called at the start of a transaction or an
   * attempt, since many expressions that are each within their own bound may together block the object.
   */
  renew?(): void;
}

/** The values that an expression can refer to, each by its name here. */
export type ExpressionScope = {
  /** The run's input. */
  readonly input: unknown;
  readonly run: { readonly id: string; readonly createdAt: number };
  readonly steps: Readonly<Record<string, StepResult>>;
  /** For an item of a step with `map`: the item, and its index in the list, from 0. */
  readonly item?: unknown;
  readonly index?: number;
};

/** The result of an ended step, as an expression reads it at `steps.NAME`. */
export type StepResult = {
  readonly status: "pending" | "running" | "completed" | "failed" | "skipped" | "cancelled";
  /** Null unless the step has completed. */
  readonly output: unknown;
  /** Why the step failed or was skipped; null if it completed. */
  readonly error: string | null;
};

/**
 * The expression language of kernels whose definitions have no expressions: `fill` returns the template unchanged, and
 * `evaluate` throws.
 */
export const NO_EXPRESSIONS: Expressions = {
  evaluate: (source) => {
    throw new Error(`Expressions are not supported here, but the definition has one: ${source}`);
  },
  fill: (template) => template,
  stepsIn: () => [],
};
