import type { ASTNode } from "@marcbachmann/cel-js";

import { macroVariable, listOperands, readSourceText } from "./cel-nodes.ts";

/** The variables and steps that an expression refers to. */
export type References = {
  readonly steps: ReadonlySet<string>;
  /** The variables that it uses, without those that it declares in macros. `steps` is one of them. */
  readonly variables: ReadonlySet<string>;
  /** True if it refers to steps by a computed name, so that they are not known before it is evaluated. */
  readonly dynamic: boolean;
  /** Error messages about properties that do not exist, and about `steps` without the name of a step. */
  readonly mistakes: readonly string[];
};

/**
 * Finds the variables and steps that an expression refers to. It knows the variables of macros: `item` in
 * `steps.a.output.all(item, item > 1)` is not the item of the workflow step.
 */
export function findReferences(tree: ASTNode): References {
  const steps = new Set<string>();
  const variables = new Set<string>();
  const mistakes = new Set<string>();
  let dynamic = false;
  const missName = (node: ASTNode) => {
    dynamic = true;
    mistakes.add(dynamicStep(node));
  };

  const visit = (node: ASTNode, made: ReadonlySet<string>): void => {
    const access = readAccess(node);
    const member = access && access.base.op === "id" && !made.has(access.base.args) ? access : null;
    if (member?.base.args === "steps") {
      variables.add("steps");
      if (member.name === null) missName(node);
      else steps.add(member.name);
      return;
    }
    if (member?.base.args === "run" && member.name !== null && !RUN.has(member.name)) {
      mistakes.add(`run has no member ${member.name}: it has id and created_at`);
    }
    const step = access && readAccess(access.base);
    if (access && access.name !== null && step?.base.op === "id" && step.base.args === "steps") {
      if (!made.has("steps") && !RESULT.has(access.name)) {
        mistakes.add(
          `${readSourceText(access.base)} has no member ${access.name}: it has output, status and error`,
        );
      }
    }
    if (node.op === "id" && !made.has(node.args)) {
      variables.add(node.args);
      if (node.args === "steps") missName(node);
    }
    const macro = macroVariable(node);
    const known = macro ? new Set([...made, macro.name]) : made;
    for (const operand of listOperands(node)) {
      if (macro && operand.op === "id" && isDeclaredBy(node, operand)) continue;
      visit(operand, macro?.body.includes(operand) === true ? known : made);
    }
  };

  visit(tree, new Set());
  return { steps, variables, dynamic, mistakes: [...mistakes] };
}

const RUN: ReadonlySet<string> = new Set(["id", "created_at"]);
const RESULT: ReadonlySet<string> = new Set(["output", "status", "error"]);

const dynamicStep = (node: ASTNode) =>
  `${readSourceText(node)} does not say which step is meant: name it, as in steps.name or steps["name"]`;

type Access = { readonly base: ASTNode; readonly name: string | null };

/** Reads `base.name` or `base["name"]`. The name is null when it is known only at run time. */
function readAccess(node: ASTNode): Access | null {
  if (node.op === "." || node.op === ".?") return { base: node.args[0], name: node.args[1] };
  if (node.op !== "[]" && node.op !== "[?]") return null;
  const [base, index] = node.args;
  return { base, name: index.op === "value" && typeof index.args === "string" ? index.args : null };
}

/** Returns true for the operand in which a macro declares its variable. */
const isDeclaredBy = (node: ASTNode, operand: ASTNode): boolean =>
  node.op === "rcall" && node.args[2][0] === operand;
