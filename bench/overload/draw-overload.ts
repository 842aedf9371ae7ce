import { drawCharts } from "../../scripts/docs/line-chart.ts";
import { type Stage, sumOf } from "./stage.ts";

/**
 * Draws the completed load over the offered one as an SVG document. The last two stages are left out: the largest load
 * again, and the recovery.
 */
export function drawOverload(stages: readonly Stage[], capacity: number): string {
  const rising = stages.slice(0, -2);
  const most = Math.max(...rising.map(({ offered }) => offered));
  const line = (read: (stage: Stage) => number) => [
    [0, 0] as const,
    ...rising.map((stage) => [stage.offered, read(stage)] as const),
  ];
  const x = { label: "offered answers per second", max: most };
  return drawCharts(
    [
      {
        title: "Offered and completed load",
        x,
        y: { label: "completed per second", max: Math.ceil(capacity * 1.25) },
        lines: [
          {
            name: "all that is offered",
            color: "#999",
            points: [
              [0, 0],
              [capacity * 1.25, capacity * 1.25],
            ],
            isDashed: true,
          },
          { name: "completed", color: "#0a6", points: line(({ completed }) => sumOf(completed)) },
          {
            name: "… interactive",
            color: "#c22",
            points: line(({ completed }) => completed["interactive"] ?? 0),
          },
          {
            name: "… default",
            color: "#26c",
            points: line(({ completed }) => completed["default"] ?? 0),
          },
          {
            name: "… batch",
            color: "#a6a",
            points: line(({ completed }) => completed["batch"] ?? 0),
          },
        ],
      },
      {
        title: "Memory of the service",
        x,
        y: {
          label: "MB",
          max: Math.ceil((Math.max(...rising.map(({ memoryMb }) => memoryMb)) * 1.2) / 100) * 100,
        },
        lines: [
          {
            name: "workerd",
            color: "#c50",
            points: rising.map(({ offered, memoryMb }) => [offered, memoryMb] as const),
          },
        ],
      },
    ],
    "Measured by npm run bench:overload. docs/async.md has the conditions.",
  );
}
