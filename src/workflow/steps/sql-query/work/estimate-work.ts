import { err, ok, type Result } from "../../../../result.ts";
import type { Instruction } from "../program.ts";
import { findReachable } from "./components.ts";
import { ExecutionCounter } from "./count-executions.ts";
import { Cursors, type FindSize } from "./cursors.ts";
import { buildFlow, type FlowNode } from "./flow-graph.ts";
import { weighOpcode } from "./opcodes.ts";
import { isCollected, isCollecting, ValueCosts, type ValueSizes } from "./values.ts";

/** The sizes of the data that a query reads: of its tables and of their values. */
export type DataSizes = ValueSizes & { readonly sizeOf: FindSize };

/**
 * Returns an upper bound of the work of a compiled query, in units of one plain instruction of SQLite, about 20 to 50
 * ns. It is never too low for the given sizes, and may be far too high. Refuses a query whose work cannot be bounded.
 */
export function estimateWork(
  program: readonly Instruction[],
  { sizeOf, ...sizes }: DataSizes,
): Result<number, string> {
  const flow = buildFlow(program);
  if (!flow.ok) return flow;
  const cursors = new Cursors(flow.value, sizeOf);
  const executions = new ExecutionCounter(flow.value, cursors);
  if (!executions.count()) return err(UNBOUNDED);
  const collected = [...executions.counts].map(([node, count]) =>
    flow.value.slice(node, node + 1).some(isCollecting) ? count : 0,
  );
  const collectedRows = collected.reduce((total, count) => total + count, 0);
  const values = new ValueCosts(program, sizes, collectedRows);
  const afterCollecting = findAfterCollecting(flow.value);
  let work = 0;
  for (const [node, count] of executions.counts) {
    const instruction = flow.value[node];
    if (!instruction || count === 0) continue;
    const rows = instruction.opcode === "Count" ? rowsOf(cursors, instruction, sizeOf) / 50 : 0;
    work +=
      count *
      (weighOpcode(instruction.opcode) +
        values.weigh(instruction, afterCollecting.has(node)) +
        rows);
  }
  return ok(work);
}

function findAfterCollecting(flow: readonly FlowNode[]): ReadonlySet<number> {
  const collected = flow.flatMap((instruction, node) => (isCollected(instruction) ? [node] : []));
  const follow = (node: number) => {
    const { next = [], control = null } = flow[node] ?? {};
    return control === null ? next : [...next, control];
  };
  return findReachable({ nodes: new Set(flow.keys()), follow }, collected);
}

const rowsOf = (cursors: Cursors, { p1 }: Instruction, sizeOf: FindSize): number => {
  const root = cursors.root(p1);
  return root === null ? 0 : sizeOf(root).rows;
};

const UNBOUNDED =
  "The query has a loop whose work nothing bounds, such as a recursion. Remove it, or read the rows with simpler queries.";
