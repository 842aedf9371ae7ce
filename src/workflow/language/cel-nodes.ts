import type { ASTNode } from "@marcbachmann/cel-js";

/**
 * The parts of the library's syntax tree that this folder needs beyond its types (8.0.0, pinned). A macro's node
 * has an `alternate` that runs instead of it. `handle` computes a node's value from its operands' values; it exists
 * once the tree has been type-checked. `evaluate` runs a node, its operands first. The tests of limits fail when
 * this changes.
 */
export type CelNode = ASTNode & {
  handle?: (...operands: unknown[]) => unknown;
  readonly meta: { readonly alternate?: Comprehension | { readonly op: "value" } };
  evaluate: (this: CelNode, ...context: unknown[]) => unknown;
};

/** A loop over items, which macros such as `all` and `map` run. */
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

/** Returns a node's operands in order; for a macro, as they were written. */
export function listOperands(node: ASTNode): readonly CelNode[] {
  const nodes: CelNode[] = [];
  collect(node.args, nodes);
  return nodes;
}

/** Returns true for nodes of the syntax tree. */
const isNode = (value: unknown): value is CelNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;

/**
 * Returns the variable that a macro (`list.all(x, …)`, `cel.bind(x, …)`) declares, and the operands that may use
 * it.
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

/** Returns the source text of a node. */
export const readSourceText = (node: ASTNode): string => node.input.slice(node.start, node.end);

function collect(args: unknown, nodes: CelNode[]): void {
  if (isNode(args)) nodes.push(args);
  else if (Array.isArray(args)) for (const arg of args) collect(arg, nodes);
}
