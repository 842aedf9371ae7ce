import type { ASTNode } from "@marcbachmann/cel-js";

/**
 * A node of the CEL library's syntax tree, with the library's internal parts that this folder uses (of version 8.0.0,
 * which is pinned). The node of a macro has an `alternate` that runs instead of it. `handle` computes a node's value
 * from its operands' values, and exists once the tree has been type-checked. `evaluate` runs a node, its operands
 * first. If a new version changes these parts, the tests of the limits of expressions fail.
 */
export type CelNode = ASTNode & {
  handle?: (...operands: unknown[]) => unknown;
  readonly meta: { readonly alternate?: Comprehension | { readonly op: "value" } };
  evaluate: (this: CelNode, ...context: unknown[]) => unknown;
};

/**
 * The node of a loop over items in CEL's syntax tree. CEL's parser replaces macros such as `all` and `map` by such
 * loops.
 */
export type Comprehension = {
  readonly op: "comprehension";
  handle: (...operands: unknown[]) => unknown;
  readonly args: {
    /** False when the loop continues after a failed iteration. */
    readonly errorsAreFatal?: boolean;
    /** The node that runs for each item. */
    readonly step: CelNode;
    readonly iterCtx: LoopContext;
  };
};

/** Keeps the last item and the result of the last run until the next run. */
type LoopContext = { iterValue: unknown; accuValue: unknown };

/**
 * Returns the operands of a node, in order. The operands of a macro are those in the source, not those of its
 * expansion.
 */
export function listOperands(node: ASTNode): readonly CelNode[] {
  const nodes: CelNode[] = [];
  collect(node.args, nodes);
  return nodes;
}

/** Returns true for nodes of the syntax tree. */
const isNode = (value: unknown): value is CelNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;

/**
 * Returns the variable that a CEL macro (`list.all(x, …)`, `cel.bind(x, …)`) declares, and the operands that may use
 * the variable. Null for a node that is not such a macro.
 */
export function macroVariable(
  node: ASTNode,
): { readonly name: string; readonly body: readonly ASTNode[] } | null {
  if (node.op !== "rcall") return null;
  const [method, , [variable, ...others]] = node.args;
  if (variable?.op !== "id" || MACRO_ARGUMENTS[method]?.includes(others.length + 1) !== true) {
    return null;
  }
  return { name: variable.args, body: method === "bind" ? others.slice(1) : others };
}

const MACRO_ARGUMENTS: Readonly<Partial<Record<string, readonly number[]>>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
  bind: [3],
};

/** Returns the part of the expression's source from which a node was parsed. */
export const readSourceText = (node: ASTNode): string => node.input.slice(node.start, node.end);

function collect(args: unknown, nodes: CelNode[]): void {
  if (isNode(args)) nodes.push(args);
  else if (Array.isArray(args)) for (const arg of args) collect(arg, nodes);
}
