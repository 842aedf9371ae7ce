import { drawCharts } from "../../../docs/line-chart.ts";
import type { Reliability } from "./measure-reliability.ts";

/** Draws the reliability of the confidence as an SVG document: of each range, the share of supported sentences over it. */
export function drawReliability({ bins, error }: Reliability): string {
  return drawCharts(
    [
      {
        title: `Confidence of answers (expected calibration error ${error.toFixed(3)})`,
        x: { label: "confidence", max: 1 },
        y: { label: "supported", max: 1 },
        lines: [
          {
            name: "calibrated",
            color: "#999",
            points: [
              [0, 0],
              [1, 1],
            ],
            isDashed: true,
          },
          {
            name: "measured",
            color: "#0a6",
            points: bins.map(({ confidence, supported }) => [confidence, supported] as const),
          },
        ],
      },
    ],
    "Measured by npm run eval:claims, with answers of the tuning half. docs/evaluation.md has the conditions.",
  );
}
