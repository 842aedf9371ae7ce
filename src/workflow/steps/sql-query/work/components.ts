/** A part of a directed graph: some of its nodes, and the edges from each. */
export type Part = {
  readonly nodes: ReadonlySet<number>;
  /** Lists the nodes to which edges lead from a node; some may lie outside of `nodes`. */
  readonly follow: (node: number) => readonly number[];
};

/** A strongly connected component of a graph: nodes that can all reach each other. */
export type Component = {
  readonly nodes: readonly number[];
  readonly isLoop: boolean;
};

type Visit = { readonly node: number; readonly ways: Iterator<number> };

/**
 * Lists the strongly connected components of a part of a graph, each before those that it leads to (Tarjan's algorithm,
 * without recursion).
 */
export function listComponents(part: Part): readonly Component[] {
  const found: Component[] = [];
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const begin = (node: number): Visit => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, ways: followWithin(part, node)[Symbol.iterator]() };
  };
  const lower = (node: number, to: number) => low.set(node, Math.min(low.get(node) ?? to, to));
  const close = (node: number) => {
    const nodes = open.splice(open.lastIndexOf(node));
    for (const member of nodes) isOpen.delete(member);
    const isLoop = nodes.length > 1 || followWithin(part, node).includes(node);
    found.push({ nodes, isLoop });
  };
  for (const root of part.nodes) {
    if (order.has(root)) continue;
    const visits: Visit[] = [begin(root)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { node, ways } = visit;
      const way = ways.next();
      if (!way.done) {
        if (!order.has(way.value)) visits.push(begin(way.value));
        else if (isOpen.has(way.value)) lower(node, order.get(way.value) ?? 0);
        continue;
      }
      visits.pop();
      const parent = visits.at(-1);
      if (parent) lower(parent.node, low.get(node) ?? 0);
      if (low.get(node) === order.get(node)) close(node);
    }
  }
  return found.toReversed();
}

/**
 * Finds the nodes of a part of a graph that can be reached from the nodes in `from`, without passing one in `avoided`.
 */
export function findReachable(
  part: Part,
  from: readonly number[],
  avoided: ReadonlySet<number> = NONE,
): ReadonlySet<number> {
  const reached = new Set<number>();
  const left = from.filter((node) => part.nodes.has(node) && !avoided.has(node));
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (const way of followWithin(part, node)) if (!avoided.has(way)) left.push(way);
  }
  return reached;
}

const NONE: ReadonlySet<number> = new Set();

const followWithin = ({ nodes, follow }: Part, node: number): readonly number[] =>
  follow(node).filter((way) => nodes.has(way));
