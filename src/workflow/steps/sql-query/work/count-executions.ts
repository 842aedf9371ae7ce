import { findReachable, listComponents, type Component, type Part } from "./components.ts";
import { type Cursors, resourceOf } from "./cursors.ts";
import type { FlowNode } from "./flow-graph.ts";
import { POSITIONS, STEPS } from "./opcodes.ts";

/**
 * Computes an upper bound of how often each instruction of a compiled SQL query is executed, from its flow graph.
 *
 * A loop is a strongly connected component of the graph. Some of its edges are taken a bounded number of times: a
 * cursor goes to its next row at most as often as there are rows, if nothing in the loop moves it back. Without these
 * edges, each run of the loop falls apart into pieces, one for the entry and one for each time such an edge is taken. A
 * piece visits every component of what is left at most once, and those components are counted in the same way.
 */
export class ExecutionCounter {
  /** The upper bound of executions of each reachable node of the flow graph, by the node's number. `count` fills it. */
  readonly counts = new Map<number, number>();
  readonly #flow: readonly FlowNode[];
  readonly #cursors: Cursors;
  /** Nodes behind a `Once`: their counts hold for the whole query. */
  readonly #once = new Set<number>();
  readonly #levels: Level[] = [];

  constructor(flow: readonly FlowNode[], cursors: Cursors) {
    this.#flow = flow;
    this.#cursors = cursors;
  }

  /**
   * Fills `counts`: how often each reachable node is executed at most. Returns false if a loop has no bound; `counts`
   * is then incomplete.
   */
  count(): boolean {
    const nodes = new Set(this.#flow.keys());
    return this.#countLevel(nodes, [{ nodes: [0], weight: 1, isOnce: false }], new Set());
  }

  /** Counts the nodes of a loop, or of the whole query, in which no way of `cut` is taken. */
  #countLevel(
    nodes: ReadonlySet<number>,
    sources: readonly Source[],
    cut: ReadonlySet<number>,
  ): boolean {
    const part: Part = { nodes, follow: (node) => this.#follow(node, cut) };
    const pieces = sources.map((source) => ({
      ...source,
      reached: findReachable(part, source.nodes),
    }));
    this.#levels.push({ part, pieces });
    try {
      for (const component of listComponents(part)) {
        const [node = 0] = component.nodes;
        const passing = pieces.filter(({ reached }) => reached.has(node));
        const count = sum(passing.map(({ weight }) => weight));
        if (passing.length === 0) continue;
        const isOnce = passing.some((piece) => piece.isOnce);
        if (!component.isLoop) {
          this.counts.set(node, count);
          if (isOnce) this.#once.add(node);
        } else if (!this.#countLoop(component, { weight: count, isOnce }, cut)) return false;
      }
      return true;
    } finally {
      this.#levels.pop();
    }
  }

  #countLoop(
    { nodes }: Component,
    { weight, isOnce }: Pick<Source, "weight" | "isOnce">,
    cut: ReadonlySet<number>,
  ): boolean {
    const loop = new Set(nodes);
    const level = this.#levels.at(-1);
    const begins = new Set(level?.pieces.flatMap((piece) => piece.nodes));
    const fromOutside = new Set<number>();
    for (const node of level?.part.nodes ?? []) {
      if (loop.has(node)) continue;
      for (const way of this.#follow(node, cut)) fromOutside.add(way);
    }
    const entries = nodes.filter((node) => begins.has(node) || fromOutside.has(node));
    const entry: Source = { nodes: entries, weight, isOnce };
    const limited = this.#boundByLimit(loop, entry, cut);
    const ways = this.#listWays(loop, cut).map((way) => ({
      node: way.node,
      source: this.#sourceOf(way, { loop, weight, isOnce }),
    }));
    const steps = ways.some(({ source }) => source.weight === Infinity);
    if (
      limited !== null &&
      (ways.length === 0 || steps || limited.weight <= sum(ways.map(({ source }) => source.weight)))
    ) {
      return this.#countLevel(loop, limited.sources, limited.cut);
    }
    if (ways.length === 0) return false;
    const without = new Set([...cut, ...ways.map(({ node }) => node)]);
    return this.#countLevel(loop, [entry, ...ways.map(({ source }) => source)], without);
  }

  /** Lists the ways of a loop that are taken a bounded number of times in each passage. */
  #listWays(loop: ReadonlySet<number>, cut: ReadonlySet<number>): readonly Way[] {
    const moved = new Set<string>();
    for (const node of loop) {
      const instruction = this.#flow[node];
      if (!instruction) continue;
      const { opcode, p1, p2 } = instruction;
      if (opcode === "Integer" && p1 <= 0) moved.add(`flag ${p2}`);
      if (POSITIONS.has(opcode)) moved.add(`cursor ${p1}`);
      if (opcode === "InitCoroutine") moved.add(`coroutine ${p1}`);
    }
    const ways: Way[] = [];
    for (const node of loop) {
      const instruction = this.#flow[node];
      if (!instruction || instruction.control === null || cut.has(node)) continue;
      if (!loop.has(instruction.control) || instruction.opcode === "DecrJumpZero") continue;
      if (!moved.has(resourceOf(instruction)))
        ways.push({ node, instruction, to: instruction.control });
    }
    return ways;
  }

  #sourceOf(
    { instruction, to }: Way,
    { loop, weight, isOnce }: { loop: ReadonlySet<number>; weight: number; isOnce: boolean },
  ): Source {
    if (instruction.opcode === "Once") return { nodes: [to], weight: 1, isOnce: true };
    if (instruction.opcode === "IfPos") return { nodes: [to], weight, isOnce };
    // Rows are sorted once and read once.
    if (instruction.opcode === "SorterNext") {
      return { nodes: [to], weight: this.#countAllAdded(instruction), isOnce: true };
    }
    if (STEPS.has(instruction.opcode) && this.#cursors.isOfWindow(instruction.p1)) {
      return { nodes: [to], weight: 3 * this.#countAllAdded(instruction), isOnce: true };
    }
    const rows = this.#countRows(instruction, to, loop);
    return { nodes: [to], weight: rows === 0 ? 0 : rows * weight, isOnce };
  }

  /** The pieces of a loop that ends when a LIMIT is reached, if each of its turns counts towards the limit. */
  #boundByLimit(
    loop: ReadonlySet<number>,
    entry: Source,
    cut: ReadonlySet<number>,
  ): { sources: readonly Source[]; cut: ReadonlySet<number>; weight: number } | null {
    const limits = [...loop].flatMap((node) => {
      const instruction = this.#flow[node];
      if (!instruction || cut.has(node) || instruction.control === null) return [];
      if (instruction.opcode !== "DecrJumpZero" && instruction.opcode !== "Once") return [];
      return [{ node, instruction, to: instruction.control }];
    });
    if (!limits.some(({ instruction }) => instruction.opcode === "DecrJumpZero")) return null;
    const without = new Set([...cut, ...limits.map(({ node }) => node)]);
    const rest: Part = { nodes: loop, follow: (node) => this.#follow(node, without) };
    if (listComponents(rest).some(({ isLoop }) => isLoop)) return null;
    const isReset = [...loop].some(
      (node) =>
        this.#flow[node]?.opcode === "Integer" &&
        limits.some(({ instruction }) => instruction.p1 === this.#flow[node]?.p2),
    );
    if (isReset) return null;
    const sources = limits.map(({ instruction, to }): Source =>
      instruction.opcode === "Once"
        ? { nodes: [to], weight: 1, isOnce: true }
        : {
            nodes: [to],
            weight: this.#cursors.limit(instruction.p1) * entry.weight,
            isOnce: entry.isOnce,
          },
    );
    return {
      sources: [entry, ...sources],
      cut: without,
      weight: sum(sources.map(({ weight }) => weight)),
    };
  }

  /** Bounds the rows that a cursor, coroutine or set can hand out in one passage through a loop. */
  #countRows(instruction: FlowNode, to: number, loop: ReadonlySet<number>): number {
    const stored = this.#cursors.storedRows(instruction, this.#flow[to]);
    if (stored !== null) return stored;
    const { begins, adds } = this.#cursors.fill(resourceOf(instruction));
    // Rows that the loop adds while it reads have no bound here: a recursive query.
    if (adds.some((node) => loop.has(node))) return Infinity;
    for (let depth = this.#levels.length - 1; depth >= 0; depth--) {
      const level = this.#levels[depth];
      if (!level) continue;
      const isHere = begins.length > 0 && begins.every((node) => level.part.nodes.has(node));
      if (depth === 0 || (isHere && this.#isAlwaysBegun(level, begins, loop))) {
        return this.#countAdded(level, adds);
      }
      if (adds.some((node) => level.part.nodes.has(node) && !this.counts.has(node)))
        return Infinity;
    }
    return Infinity;
  }

  /** Bounds the rows that are added to a temporary table during the whole query. */
  #countAllAdded(instruction: FlowNode): number {
    const { adds } = this.#cursors.fill(resourceOf(instruction));
    return sum(adds.map((node) => this.counts.get(node) ?? this.#boundUncounted(node)));
  }

  /** Bounds the executions of a node that comes later in the loop that is being counted. */
  #boundUncounted(node: number): number {
    const level = this.#levels.findLast(({ part }) => part.nodes.has(node));
    if (!level) return Infinity;
    const own = listComponents(level.part).find(({ nodes }) => nodes.includes(node));
    return own?.isLoop === false ? sum(level.pieces.map(({ weight }) => weight)) : Infinity;
  }

  /** Tests that each piece of a level empties the rows before it reaches the loop. */
  #isAlwaysBegun(level: Level, begins: readonly number[], loop: ReadonlySet<number>): boolean {
    const from = level.pieces.flatMap(({ nodes }) => nodes);
    const reached = findReachable(level.part, from, new Set(begins));
    return ![...loop].some((node) => reached.has(node));
  }

  /** Counts the rows that one piece of a level adds. */
  #countAdded({ part, pieces }: Level, adds: readonly number[]): number {
    const added = adds.map((node) => {
      const count = this.counts.get(node) ?? 0;
      if (!part.nodes.has(node) || this.#once.has(node)) return count;
      const weight = sum(
        pieces.filter(({ reached }) => reached.has(node)).map((piece) => piece.weight),
      );
      return count === 0 || weight < 1 ? count : count / weight;
    });
    return sum(added);
  }

  #follow(node: number, cut: ReadonlySet<number>): readonly number[] {
    const { next, control } = this.#flow[node] ?? NOWHERE;
    return control === null || cut.has(node) ? next : [...next, control];
  }
}

/** Pieces of a passage that begin at one of these nodes, and how many there are. */
type Source = {
  readonly nodes: readonly number[];
  readonly weight: number;
  readonly isOnce: boolean;
};
type Way = { readonly node: number; readonly instruction: FlowNode; readonly to: number };
type Level = {
  readonly part: Part;
  readonly pieces: readonly (Source & { readonly reached: ReadonlySet<number> })[];
};

const NOWHERE = { next: [], control: null };

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
