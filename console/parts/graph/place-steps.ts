import dagre from "@dagrejs/dagre";

/** A step of a graph: its name, its type, the steps before it, and its state in a run. */
export type GraphStep = {
  readonly name: string;
  readonly use: string;
  readonly needs: readonly string[];
  readonly status?: string;
};

/** A step with its place, and a line with its points, in pixels. */
export type PlacedGraph = {
  readonly width: number;
  readonly height: number;
  readonly steps: readonly (GraphStep & { readonly x: number; readonly y: number })[];
  readonly lines: readonly { readonly key: string; readonly points: readonly Point[] }[];
};
type Point = { readonly x: number; readonly y: number };

/** Size of a step, in pixels. */
export const STEP_WIDTH = 176;
export const STEP_HEIGHT = 48;
const MARGIN = 12;

/** Places the steps of a graph in ranks from top to bottom, so that few lines cross. */
export function placeSteps(steps: readonly GraphStep[]): PlacedGraph {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of steps) graph.setNode(name, { width: STEP_WIDTH, height: STEP_HEIGHT });
  for (const { name, needs } of steps) {
    for (const need of needs) if (graph.hasNode(need)) graph.setEdge(need, name);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    steps: steps.map((step) => {
      const { x, y } = graph.node(step.name);
      return { ...step, x: x - STEP_WIDTH / 2, y: y - STEP_HEIGHT / 2 };
    }),
    lines: graph.edges().map((edge) => ({
      key: `${edge.v} ${edge.w}`,
      points: graph.edge(edge).points ?? [],
    })),
  };
}
