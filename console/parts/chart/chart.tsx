import { useEffect, useRef, useState } from "preact/hooks";

import { loadChunk } from "../../state/chunks.ts";
import { theme } from "../../state/theme.ts";
import type { Drawing } from "./draw-chart.ts";

type ChartProps = {
  /** What the chart shows, in words, for those who do not see it. */
  readonly label: string;
  /** Times of the values: seconds before now, negative and ascending. */
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
  /** Called with the index of the value under the pointer; null if there is none. */
  readonly onPoint: (index: number | null) => void;
};

/**
 * A curve over the last minutes. What draws it is loaded when the first one is shown; without it, the place stays empty,
 * and the words say the same.
 */
export function Chart({ label, at, values, onPoint }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(onPoint);
  latest.current = onPoint;
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  useEffect(() => {
    let drawn: Drawing | null = null;
    let isLeft = false;
    const draw = async () => {
      const { drawChart } = await loadChunk(() => import("./draw-chart.ts"));
      if (isLeft || !host.current) return;
      drawn = drawChart(host.current, (index) => latest.current(index));
      setDrawing(drawn);
    };
    draw().catch(() => {});
    return () => {
      isLeft = true;
      drawn?.end();
    };
  }, []);
  useEffect(() => drawing?.show(at, values), [drawing, at, values]);
  const colours = theme.value;
  useEffect(() => {
    if (!drawing) return;
    drawing.redraw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", drawing.redraw);
    return () => dark.removeEventListener("change", drawing.redraw);
  }, [drawing, colours]);
  return <div ref={host} class="chart" role="img" aria-label={label} />;
}
