import type { Instruction } from "../program.ts";
import type { FlowNode } from "./flow-graph.ts";
import { INSERTS, OPENS_EMPTY, OPENS_TABLE, POSITIONS, writesRegister } from "./opcodes.ts";

/** The rows of a table, and of its keys. */
type TableSize = {
  /** An upper bound. */
  readonly rows: number;
  /** The most rows with equal values in the first `columns` columns of the index at `rootPage`; null if unknown. */
  readonly rowsOfKey: (rootPage: number, columns: number) => number | null;
};

/** Returns the size of the table or index whose b-tree is at a root page. */
export type FindSize = (rootPage: number) => TableSize;

/**
 * Returns a name for the thing that an instruction reads from: a cursor, a coroutine or a set of row ids; "" for none.
 */
export function resourceOf({ opcode, p1 }: Instruction): string {
  if (opcode === "Yield") return `coroutine ${p1}`;
  if (opcode === "IfPos") return `flag ${p1}`;
  if (opcode === "RowSetRead" || opcode === "RowSetAdd") return `set ${p1}`;
  return opcode === "Once" ? "" : `cursor ${p1}`;
}

/**
 * The nodes of the flow graph that fill a temporary table, coroutine or set of row ids: those that empty or start it,
 * and those that add rows to it.
 */
export type Fill = { readonly begins: readonly number[]; readonly adds: readonly number[] };

/**
 * Answers questions about the cursors, coroutines and counters of a compiled query: what each reads, and how many rows.
 */
export class Cursors {
  readonly #flow: readonly FlowNode[];
  readonly #size: FindSize;
  readonly #roots = new Map<number, number>();
  /** Cursors on the same temporary table as another one. */
  readonly #twins = new Map<number, number>();
  readonly #temporary = new Set<number>();

  constructor(flow: readonly FlowNode[], size: FindSize) {
    this.#flow = flow;
    this.#size = size;
    for (const { opcode, p1, p2 } of flow) {
      if (OPENS_TABLE.has(opcode)) this.#roots.set(p1, this.#larger(this.#roots.get(p1), p2));
      if (opcode === "OpenDup") this.#twins.set(p1, p2);
      if (opcode === "OpenDup" || OPENS_EMPTY.has(opcode)) this.#temporary.add(p1);
    }
  }

  /** Returns the root page of the table or index that a cursor reads; null for a temporary table. */
  root(cursor: number): number | null {
    return this.#roots.get(cursor) ?? null;
  }

  /**
   * Returns an upper bound of how often a loop advances a cursor on a table or index of the database; null for other
   * cursors. The bound is the number of rows. If `first`, the instruction after the advance, ends the loop where the
   * value of a key changes, it is the largest number of rows with one value of that key.
   */
  storedRows({ opcode, p1 }: FlowNode, first: FlowNode | undefined): number | null {
    const root = this.#roots.get(p1);
    if (root === undefined || opcode === "Yield" || opcode === "RowSetRead") return null;
    // A number that also stands for a temporary table says nothing about either.
    if (this.#temporary.has(p1)) return Infinity;
    const { rows, rowsOfKey } = this.#size(root);
    const key = first && this.#keyColumns(p1, first);
    return key ? Math.min(rows, rowsOfKey(root, key) ?? rows) : rows;
  }

  /** The number of columns of the key that a cursor is searched by and whose end `check` tests; null if it is not. */
  #keyColumns(cursor: number, { opcode, p1, p3, p4 }: FlowNode): number | null {
    if ((opcode !== "IdxGT" && opcode !== "IdxLT") || p1 !== cursor) return null;
    const search = opcode === "IdxGT" ? "SeekGE" : "SeekLE";
    const searches = this.#flow.filter((node) => node.p1 === cursor && POSITIONS.has(node.opcode));
    const isSame = searches.every(
      (node) => node.opcode === search && node.p3 === p3 && node.p4 === p4,
    );
    const columns = Number(p4);
    return isSame && searches.length > 0 && Number.isInteger(columns) && columns > 0
      ? columns
      : null;
  }

  /**
   * Tests whether a cursor belongs to a window function. Several such cursors read the rows of each partition. Each of
   * them advances once for each row, and once more at the end of the partition, where the rows are removed. Cursors on a
   * common table expression that is used several times look alike, but nothing removes its rows: each is read as often
   * as the query joins it.
   */
  isOfWindow(cursor: number): boolean {
    const original = this.#original(cursor);
    const isTwin = [...this.#twins.values()].includes(original);
    const isEmptied = this.#flow.some(
      ({ opcode, p1 }) => opcode === "ResetSorter" && p1 === original,
    );
    return (
      isTwin &&
      isEmptied &&
      this.#flow.every(
        ({ opcode, p1 }) =>
          p1 !== cursor ||
          !POSITIONS.has(opcode) ||
          opcode === "Rewind" ||
          (opcode === "ResetSorter" && cursor === original),
      )
    );
  }

  /**
   * Finds the instructions that fill the temporary table, coroutine or set of row ids with the name that `resourceOf`
   * returns.
   */
  fill(resource: string): Fill {
    const begins: number[] = [];
    const adds: number[] = [];
    const [kind, number] = resource.split(" ");
    const source = kind === "cursor" ? this.#original(Number(number)) : Number(number);
    for (const [node, { opcode, p1, p2, control, next }] of this.#flow.entries()) {
      if (kind === "cursor") {
        if (OPENS_EMPTY.has(opcode) && p1 === source) begins.push(node);
        if (INSERTS.has(opcode) && this.#original(p1) === source) adds.push(node);
      } else if (kind === "coroutine" && p1 === source) {
        // A start that only skips the body begins nothing.
        if (
          opcode === "InitCoroutine" &&
          control === null &&
          !next.some((to) => this.#isSkip(node, to))
        )
          begins.push(node);
        if (opcode === "Yield" && p2 === 0) adds.push(node);
      } else if (kind === "set" && p1 === source && opcode === "RowSetAdd") adds.push(node);
    }
    return { begins, adds };
  }

  /** Returns the maximum number of rows of a LIMIT whose counter is in a register; Infinity if it is not a constant. */
  limit(register: number): number {
    let limit = 0;
    for (const node of this.#flow) {
      if (node.opcode === "Integer" && node.p2 === register) {
        limit = Math.max(limit, node.p1 <= 0 ? Infinity : node.p1);
      } else if (writesRegister(node, register)) return Infinity;
    }
    return limit === 0 ? Infinity : limit;
  }

  #isSkip(node: number, to: number): boolean {
    const from = this.#flow[node];
    return from !== undefined && from.p2 > 0 && this.#flow[to]?.addr === from.p2;
  }

  #original(cursor: number): number {
    let at = cursor;
    for (let twin = this.#twins.get(at); twin !== undefined; twin = this.#twins.get(at)) at = twin;
    return at;
  }

  #larger(known: number | undefined, root: number): number {
    return known === undefined || this.#size(root).rows > this.#size(known).rows ? root : known;
  }
}
