import type { Expression, Template } from "./definition.ts";

/**
 * The language of conditions and templates. The kernel knows none; an object whose runs have expressions
 * gives it one. All three are pure, fast and bounded; they throw an Error whose message is for people.
 */
export interface Expressions {
  evaluate(source: Expression, scope: ExpressionScope): unknown;
  /** The template with every expression in it replaced by its value. */
  fill(template: Template, scope: ExpressionScope): unknown;
  /** The steps that the expressions of a template name; only these are in `steps` of the scope. */
  stepsIn(template: Template): readonly string[];
  /**
   * Begins a bound that all evaluations until the next call share. It is called where a transaction or an
   * attempt begins, since many expressions that are each within their bound may stop everybody else together.
   */
  renew?(): void;
}

/** The values that an expression may name. */
export type ExpressionScope = {
  /** The run's input. */
  readonly input: unknown;
  readonly run: { readonly id: string; readonly createdAt: number };
  readonly steps: Readonly<Record<string, StepResult>>;
  /** In a step with `map`: the item, and its place in the list. */
  readonly item?: unknown;
  readonly index?: number;
};

export type StepResult = {
  readonly status: "pending" | "running" | "completed" | "failed" | "skipped" | "cancelled";
  /** Null unless the step has completed. */
  readonly output: unknown;
  /** Why the step failed or was skipped. */
  readonly error: string | null;
};

/** For definitions without expressions: a template stands for itself. */
export const NO_EXPRESSIONS: Expressions = {
  evaluate: (source) => {
    throw new Error(`This object reads no expressions, and there is one: ${source}`);
  },
  fill: (template) => template,
  stepsIn: () => [],
};
