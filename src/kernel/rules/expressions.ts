import type { Expression, Template } from "./definition.ts";

/**
 * The language of conditions and templates. The owner of a kernel gives it an implementation if its workflows have
 * expressions. All methods have no side effects and are fast. They throw an Error whose message is for users.
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
  /**
   * Lists the names of the steps to which the expressions in a template refer. Only their results must be in the scope.
   */
  stepsIn(template: Template): readonly string[];
  /**
   * Resets the limit on the total work of all evaluations. Called at the start of a transaction or an attempt, since
   * many expressions that are each cheap may together block the object.
   */
  renew?(): void;
}

/**
 * The values that an expression can refer to. Their names in expressions are those of the properties here, such as
 * `input`.
 */
export type ExpressionScope = {
  /** The run's input. */
  readonly input: unknown;
  readonly run: { readonly id: string; readonly createdAt: number };
  readonly steps: Readonly<Record<string, StepResult>>;
  /** For an item of a step with `map`: the item, and its index in the list, from 0. */
  readonly item?: unknown;
  readonly index?: number;
};

/** The status and the result of a step, as an expression reads them at `steps.NAME`. */
export type StepResult = {
  readonly status: "pending" | "running" | "completed" | "failed" | "skipped" | "cancelled";
  /** The output of the step; null unless it has completed. */
  readonly output: unknown;
  /** Why the step failed or was skipped, or why the last attempt of a running step failed; otherwise null. */
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
