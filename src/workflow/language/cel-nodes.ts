import type { ASTNode } from "@marcbachmann/cel-js";

/**
 * What this folder needs to know of the library's syntax tree beyond its types (8.0.0, pinned): a macro's node
 * has an `alternate` that is run in its place, and `handle` computes a node's value from its operands' values.
 * `handle` is there once the tree has been type-checked. `evaluate` runs a node, its operands first. The tests of limits fail when this changes.
 */
export type CelNode = ASTNode & {
  handle?: (...operands: unknown[]) => unknown;
  readonly meta: { readonly alternate?: Comprehension | { readonly op: "value" } };
  evaluate: (this: CelNode, ...context: unknown[]) => unknown;
};

export type Comprehension = {
  readonly op: "comprehension";
  handle: (...operands: unknown[]) => unknown;
  readonly args: {
    /** Not true when a round may fail and the loop goes on. */
    readonly errorsAreFatal?: boolean;
    /** What is run for each item. */
    readonly step: CelNode;
    readonly iterCtx: LoopContext;
  };
};

/** Keeps the last item and the result of the last run until the next one. */
type LoopContext = { iterValue: unknown; accuValue: unknown };

/** A node's operands, in order; of a macro, as they were written. */
export function operandsOf(node: ASTNode): readonly CelNode[] {
  const nodes: CelNode[] = [];
  collect(node.args, nodes);
  return nodes;
}

export const isNode = (value: unknown): value is CelNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;

/** The variable that a macro (`list.all(x, …)`, `cel.bind(x, …)`) makes, and the operands that know it. */
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

/** The part of the source that a node was read from. */
export const textOf = (node: ASTNode): string => node.input.slice(node.start, node.end);

function collect(args: unknown, nodes: CelNode[]): void {
  if (isNode(args)) nodes.push(args);
  else if (Array.isArray(args)) for (const arg of args) collect(arg, nodes);
}
