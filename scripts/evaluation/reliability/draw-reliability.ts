import { drawCharts } from "../../docs/line-chart.ts";
import type { Calibration } from "./bin-confidences.ts";

/** The words of a picture: what is confident, what is true at that confidence, and how it was measured. */
type Words = { readonly title: string; readonly share: string; readonly note: string };

/** Draws a calibration as an SVG document: of each range of the confidence, the share of what is true over it. */
export function drawReliability(
  { bins, error }: Calibration,
  { title, share, note }: Words,
): string {
  return drawCharts(
    [
      {
        title: `${title} (expected calibration error ${error.toFixed(3)})`,
        x: { label: "confidence", max: 1 },
        y: { label: share, max: 1 },
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
            points: bins.map((bin) => [bin.confidence, bin.share] as const),
          },
        ],
      },
    ],
    note,
  );
}
