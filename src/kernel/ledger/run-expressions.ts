import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Expression, Template } from "../rules/definition.ts";
import type { Expressions, ExpressionScope, StepResult } from "../rules/expressions.ts";
import { itemName, parseStepName } from "../rules/step/step-name.ts";
import type { StepState } from "../rules/step/step-state.ts";
import type { OpenRun } from "./run-store.ts";

/**
 * Evaluates the expressions of a run over its stored input and outputs. Throws the errors of the expression language.
 */
export class RunExpressions {
  readonly #storage: KernelStorage;
  readonly #language: Expressions;

  constructor(storage: KernelStorage, language: Expressions) {
    this.#storage = storage;
    this.#language = language;
  }

  /** Resets the limit on the total work of expressions. Called at the start of each transaction or attempt. */
  renew(): void {
    this.#language.renew?.();
  }

  /** Evaluates an expression of a step in a run. Throws when the expression fails. */
  evaluate(run: OpenRun, expression: Expression, record: StepRecord): unknown {
    return this.#language.evaluate(expression, this.#readScope(run, expression, record));
  }

  /**
   * Replaces the expressions in a template by their values, for a step or, if `record` is null, for the run. Returns
   * null for an undefined template.
   */
  fill(run: OpenRun, template: Template, record: StepRecord | null): unknown {
    if (template === undefined) return null;
    return this.#language.fill(template, this.#readScope(run, template, record));
  }

  /** Reads the values that a template's expressions name. */
  #readScope(run: OpenRun, template: Template, record: StepRecord | null): ExpressionScope {
    const { steps: rows } = this.#storage;
    const names = this.#language.stepsIn(template);
    const found = new Map(
      rows.named(run.id, names).map(({ step, state }) => [step, toResult(state)]),
    );
    const about = record && parseStepName(record.step);
    if (about?.isUndo && about.index !== null && found.has(about.step)) {
      // The undo of an item sees that item's output, not the list of all outputs.
      const own = rows.find(run.id, itemName(about.step, about.index));
      if (own) found.set(about.step, toResult(own.state));
    }
    const steps = Object.fromEntries(names.map((name) => [name, found.get(name) ?? PENDING]));
    return {
      input: JSON.parse(this.#storage.input(run.id)),
      run: { id: run.id, createdAt: run.createdAt },
      steps,
      ...(record && record.item !== null && { item: JSON.parse(record.item) }),
      ...(about && about.index !== null && { index: about.index }),
    };
  }
}

const PENDING: StepResult = { status: "pending", output: null, error: null };

/** Converts a state to the result that expressions see. */
function toResult(state: StepState): StepResult {
  switch (state.phase) {
    case "pending":
      return PENDING;
    case "ready":
    case "claimed":
    case "waiting":
    case "held":
      return { status: "running", output: null, error: state.message };
    case "completed":
      return { status: "completed", output: JSON.parse(state.output), error: null };
    case "failed":
      return { status: "failed", output: null, error: state.message };
    case "skipped":
      return { status: "skipped", output: null, error: state.reason };
    case "cancelled":
      return { status: "cancelled", output: null, error: null };
  }
}
