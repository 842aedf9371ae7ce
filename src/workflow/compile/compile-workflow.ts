import { type Definition, SUBWORKFLOW } from "../../kernel/rules/definition.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import {
  checkExpression,
  checkTemplate,
  CONDITION,
  LIST,
  type ExpressionPlace,
} from "./check-expressions.ts";
import { type Ancestry, checkGraph } from "./check-graph.ts";
import { checkSubworkflow } from "./check-subworkflow.ts";
import { checkWith } from "./check-with.ts";
import { NATIVE_STEPS, type StepTypes } from "./step-types.ts";
import { toDefinition } from "./to-definition.ts";
import {
  STEPS_MAX,
  tooManySteps,
  type WireWork,
  type WorkflowBody,
  type WorkflowStep,
} from "./workflow-body.ts";
import { type Path, Problems, type WorkflowProblem } from "./workflow-problem.ts";

/**
 * Checks a workflow and converts it to a definition for the kernel, or returns every problem with its path. The
 * kernel's own step types (waits) need not be in `handlers`.
 */
export function compileWorkflow(
  name: string,
  body: WorkflowBody,
  handlers: StepTypes,
): Result<Definition, readonly WorkflowProblem[]> {
  const problems = new Problems();
  const count = Object.keys(body.steps).length;
  if (count > STEPS_MAX) {
    problems.add(["steps"], "too_many_steps", tooManySteps(count));
    return err(problems.all());
  }
  const types: StepTypes = { ...handlers, ...NATIVE_STEPS };
  const steps = new Set(Object.keys(body.steps));
  const isAncestor = checkGraph(body.steps, problems);
  for (const [step, definition] of Object.entries(body.steps)) {
    checkStep({ step, definition, steps, types, isAncestor }, problems);
    checkSubworkflow(name, definition, ["steps", step], problems);
  }
  checkOnce(body.steps, types, problems);
  const output = { path: ["output"], steps, absent: () => null, hasItem: false };
  checkTemplate(body.output, output, problems);
  const found = problems.all();
  return found.length > 0 ? err(found) : ok(toDefinition(name, body));
}

type StepCheck = {
  readonly step: string;
  readonly definition: WorkflowStep;
  readonly steps: ReadonlySet<string>;
  readonly types: StepTypes;
  readonly isAncestor: Ancestry;
};

function checkStep(check: StepCheck, problems: Problems): void {
  const { step, definition, steps, types, isAncestor } = check;
  const path = ["steps", step];
  const absent = (other: string) => {
    if (other === step) return `"${step}" has no result yet when this is evaluated`;
    return isAncestor(step, other)
      ? null
      : `"${other}" may not have ended by then: add "${other}" to the needs of "${step}"`;
  };
  const before: ExpressionPlace = { path, steps, absent, hasItem: false };
  const inside: ExpressionPlace = { ...before, hasItem: definition.map !== undefined };
  const at = (place: ExpressionPlace, ...names: Path): ExpressionPlace => ({
    ...place,
    path: [...path, ...names],
  });

  if (definition.when !== undefined) {
    checkExpression(definition.when, CONDITION, at(before, "when"), problems);
  }
  if (definition.map)
    checkExpression(definition.map.over, LIST, at(before, "map", "over"), problems);
  checkWork(definition, types, inside, problems);
  for (const [index, work] of (definition.fallback ?? []).entries()) {
    checkWork(work, types, at(inside, "fallback", index), problems);
    checkActs(work, at(inside, "fallback", index).path, "do", problems);
  }
  if (definition.undo) {
    // An undo begins only after its step has completed, so it may use the step's result.
    const undone = (other: string) => (other === step ? null : absent(other));
    const place = { ...at(inside, "undo"), absent: undone };
    checkWork(definition.undo, types, place, problems);
    checkActs(definition.undo, place.path, "undo", problems);
  }
  if (types[definition.use]?.waits === true) checkWait(definition, path, problems);
  if (definition.use === SUBWORKFLOW && definition.retry) {
    const message = `${SUBWORKFLOW} is not retried as a whole: set retry on the steps inside it`;
    problems.add([...path, "retry"], "misplaced", message);
  }
}

function checkWork(
  work: WireWork,
  types: StepTypes,
  place: ExpressionPlace,
  problems: Problems,
): void {
  checkTemplate(work.with, { ...place, path: [...place.path, "with"] }, problems);
  const type = Object.hasOwn(types, work.use) ? types[work.use] : undefined;
  if (!type) {
    const message = `There is no step type "${shorten(work.use)}"${problems.suggest(work.use, Object.keys(types))}`;
    problems.add([...place.path, "use"], "unknown_handler", message);
  } else if (type.with) {
    checkWith(work.with, type.with, [...place.path, "with"], problems);
  }
}

/** A fallback and an undo are attempts of the step that they belong to. Only the step itself can be native. */
function checkActs(work: WireWork, path: Path, verb: "do" | "undo", problems: Problems): void {
  if (!Object.hasOwn(NATIVE_STEPS, work.use)) return;
  const message = `${work.use} cannot ${verb} a step's work: make it a separate step with a trigger`;
  problems.add([...path, "use"], "misplaced", message);
}

/** Reports a step type that may be used once when two steps use it, or when it is mapped, a fallback or an undo. */
function checkOnce(steps: WorkflowBody["steps"], types: StepTypes, problems: Problems): void {
  const doers = new Map<string, string>();
  const isOnce = (use: string) => Object.hasOwn(types, use) && types[use]?.once === true;
  for (const [step, { use, map, fallback = [], undo }] of Object.entries(steps)) {
    const path = ["steps", step];
    for (const [index, work] of fallback.entries()) {
      if (isOnce(work.use))
        problems.add([...path, "fallback", index, "use"], "misplaced", alone(work.use));
    }
    if (undo && isOnce(undo.use))
      problems.add([...path, "undo", "use"], "misplaced", alone(undo.use));
    if (!isOnce(use)) continue;
    const other = doers.get(use);
    if (map) problems.add([...path, "map"], "misplaced", `${use} runs once, not for each item`);
    if (other !== undefined) {
      problems.add(
        [...path, "use"],
        "misplaced",
        `${use} may be used once, and "${other}" uses it`,
      );
    }
    doers.set(use, step);
  }
}

const alone = (use: string) => `${use} must be a separate step, not a fallback or an undo`;

function checkWait(definition: WorkflowStep, path: Path, problems: Problems): void {
  const { use, map, retry, timeout } = definition;
  const refuse = (name: string, present: boolean, why: string) => {
    if (present)
      problems.add([...path, name], "misplaced", `${use} does not support ${name}: ${why}`);
  };
  refuse("map", map !== undefined, "wait once, before or after the step that works on the items");
  refuse("retry", retry !== undefined, "a wait has no attempts");
  refuse("timeout", timeout !== undefined, "set the duration of the wait in with");
}
