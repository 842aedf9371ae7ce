import uPlot from "uplot";

/** A chart on the page. */
export type Drawing = {
  /** Draws values, each at its time: seconds before now, negative and ascending. */
  readonly show: (at: readonly number[], values: readonly (number | null)[]) => void;
  /** Draws the same again, in the colours of the theme that is in use now. */
  readonly redraw: () => void;
  readonly end: () => void;
};

const HEIGHT = 124;
/** A chart shows at least a minute, since few seconds tell nothing. */
const SPAN_MIN_S = 60;
/** The scale has room for some jobs, so that a single one does not look like a full lane. */
const TOP_MIN = 4;
const TOP_ROOM = 1.15;
const STEPS_S = [30, 60, 120, 180, 300];

/** Charts that are side by side show the same time under the pointer. */
const SYNC = "time";

/**
 * Draws a stepped curve over the last minutes into an element, as wide as the element. Colours are those of the element:
 * of its text, its border and its outline. `onPoint` is called with the index of the value under the pointer.
 */
export function drawChart(host: HTMLElement, onPoint: (index: number | null) => void): Drawing {
  const style = getComputedStyle(host);
  const { stepped } = uPlot.paths;
  const soft = () => style.outlineColor;
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: soft, font, ticks: { show: false } } as const;
  const chart = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC } },
      scales: {
        x: { time: false, range: (_chart, min) => [Math.min(min, -SPAN_MIN_S), 0] },
        y: { range: (_chart, _min, max) => [0, Math.max(TOP_MIN, max * TOP_ROOM)] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          space: 56,
          incrs: STEPS_S,
          grid: { show: false },
          values: (_chart, times) => times.map(nameTime),
        },
        {
          ...axis,
          size: 44,
          space: 20,
          incrs: WHOLE,
          grid: { stroke: () => style.borderTopColor, width: 1 },
          values: (_chart, counts) => counts.map((count) => COUNT.format(count)),
        },
      ],
      series: [
        {},
        {
          stroke: () => style.color,
          width: 2,
          ...(stepped && { paths: stepped({ align: 1 }) }),
          points: { show: false },
        },
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    },
    [[], []],
    host,
  );
  const sizes = new ResizeObserver(() => {
    chart.setSize({ width: Math.max(1, host.clientWidth), height: HEIGHT });
  });
  sizes.observe(host);
  return {
    show: (at, values) => chart.setData([[...at], [...values]]),
    redraw: () => chart.redraw(false, true),
    end: () => {
      sizes.disconnect();
      chart.destroy();
    },
  };
}

/** Steps of the scale of counts: whole numbers. */
const WHOLE = [1, 2, 5].flatMap((step) =>
  Array.from({ length: 7 }, (_none, power) => step * 10 ** power),
);
WHOLE.sort((one, other) => one - other);
const COUNT = new Intl.NumberFormat("en", { notation: "compact" });

const nameTime = (seconds: number) => {
  if (seconds === 0) return "now";
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
};
