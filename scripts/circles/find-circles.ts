import type { Import } from "./read-imports.ts";

/** A circle of imports between files or folders. Each step imports the next one, and the last imports the first. */
export type Circle = { readonly kind: "files" | "folders"; readonly steps: readonly Step[] };
/** A file or folder of a circle, with the import that leads to the next step. */
type Step = { readonly place: string; readonly by: Import };

type Graph = ReadonlyMap<string, ReadonlyMap<string, Import>>;

/** Finds circles of imports: one shortest circle for each group of files, and of folders, that import each other. */
export function findCircles(imports: readonly Import[]): Circle[] {
  const files = listCircles(buildGraph(imports.map((by) => [by.from, by.to, by] as const)));
  const folders = [...groupByLevel(imports).values()]
    .flatMap((level) => listCircles(buildGraph(level)))
    // Circles of files only are in the other list.
    .filter((steps) => steps.some(({ place }) => !place.endsWith(".ts")));
  return [
    ...files.map((steps) => ({ kind: "files" as const, steps })),
    ...folders.map((steps) => ({ kind: "folders" as const, steps })),
  ];
}

type Edge = readonly [from: string, to: string, by: Import];

/**
 * Groups imports by the innermost folder that contains both files. Each import leads from one entry of that folder to
 * another, so each folder is a graph of its direct entries. The folders of src count as neighbours of durable-objects.
 */
function groupByLevel(imports: readonly Import[]): Map<string, Edge[]> {
  const levels = new Map<string, Edge[]>();
  for (const by of imports) {
    const [from, to] = [withoutSrc(by.from).split("/"), withoutSrc(by.to).split("/")];
    let depth = 0;
    while (from[depth] === to[depth] && depth < from.length - 1) depth++;
    const parent = from.slice(0, depth).join("/");
    const [one, other] = [from, to].map((path) => path.slice(0, depth + 1).join("/"));
    if (one === undefined || other === undefined || one === other) continue;
    levels.set(parent, [...(levels.get(parent) ?? []), [one, other, by]]);
  }
  return levels;
}

const withoutSrc = (path: string) => path.replace(/^src\//, "");

function buildGraph(edges: readonly Edge[]): Graph {
  const graph = new Map<string, Map<string, Import>>();
  for (const [from, to, by] of edges) {
    const targets = graph.get(from) ?? new Map<string, Import>();
    graph.set(from, targets);
    if (!targets.has(to)) targets.set(to, by);
  }
  return graph;
}

/**
 * Lists one shortest circle through each node that no earlier circle contains. The order of the imports has no effect.
 */
function listCircles(graph: Graph): Step[][] {
  const circles: Step[][] = [];
  const seen = new Set<string>();
  for (const place of [...graph.keys()].toSorted()) {
    if (seen.has(place)) continue;
    const circle = shortestCircle(graph, place);
    if (!circle) continue;
    circles.push(circle);
    for (const step of circle) seen.add(step.place);
  }
  return circles;
}

function shortestCircle(graph: Graph, start: string): Step[] | null {
  const queue: { place: string; steps: Step[] }[] = [{ place: start, steps: [] }];
  const reached = new Set<string>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const [target, by] of graph.get(next.place) ?? []) {
      const steps = [...next.steps, { place: next.place, by }];
      if (target === start) return steps;
      if (reached.has(target)) continue;
      reached.add(target);
      queue.push({ place: target, steps });
    }
  }
  return null;
}
